"""Numbers and text: pure functions over columns. Imports nothing of ours outside this package."""

from .agreement import Agreement, krippendorff
from .assumptions import CheckedRegression, checked_regression
from .change_words import change_sentences
from .columns import MISSING, Column, Estimate, Frame
from .compare import (
    Difference,
    Verdict,
    difference,
    groups_test,
    nps_difference,
    nps_sample_size,
    overlap_correlation,
    score_difference,
)
from .contingency import association, cochran_armitage, goodness_of_fit
from .control import (
    cusum,
    ewma,
    laney_p_chart,
    moving_sigma,
    p_chart,
    run_rules,
    shift_date,
    u_chart,
)
from .corrections import adjust
from .correlations import Correlation, CorrelationMatrix, correlate, correlation_interval, correlation_matrix
from .crosstabs import Crosstab, crosstab, crosstab_of
from .decomposition import ChangeParts, SegmentPart, decompose_change, decompose_tallies, tally
from .design import rao_scott, weighted_mean, weighted_total
from .effects import (
    Effect,
    before_after,
    difference_in_differences,
    interrupted_time_series,
    paired_did,
    shrunk,
)
from .forecasting import Forecast, accuracy, decompose, forecast, seasonal_naive
from .indices import (
    cronbach_alpha,
    importance_performance,
    rescale,
    satisfaction_index,
    system_usability,
    weighted_index,
)
from .intervals import wilson
from .key_drivers import Driver, Drivers, drivers, drivers_of_correlations
from .letters import compare_columns, compare_shares
from .lifetime import (
    bg_nbd,
    constant_retention_value,
    gamma_gamma,
    lifetime_value,
    pareto_nbd,
)
from .linear import Regression, regression
from .logistic import Logistic, logistic
from .misclassification import ClassQuality, class_quality, corrected_shares, rogan_gladen
from .notes import Note, NotPossible
from .open_answers import read_answer, read_answers
from .opinion_moves import OpinionMove, opinion_moves
from .pls import PathModel, path_model
from .power import nps_group_size, nps_power, share_group_size, share_power, smallest_nps_difference
from .purchases import purchase_history, score_quality
from .quality import (
    even_odd,
    irv,
    mahalanobis,
    quality_score,
    runs,
    seconds_per_item,
    speeding,
    straight_lines,
    synonyms,
)
from .rates import mcnemar, rate_changes, rate_ratio, two_proportions_p
from .response_rates import aapor_rates, funnel, representative
from .scores import SCORES, Moments, Score, ces, csat, mean, nps
from .summary import distribution, shares
from .trends import Trend, control_limits, trend
from .value import SEGMENTS, abc, rfm, rfm_segments
from .weighting import Weights, design_effect, effective_n, post_stratify, rake, response_classes, trim

__all__ = [
    "MISSING",
    "SCORES",
    "SEGMENTS",
    "Agreement",
    "ChangeParts",
    "CheckedRegression",
    "ClassQuality",
    "Column",
    "Correlation",
    "CorrelationMatrix",
    "Crosstab",
    "Difference",
    "Driver",
    "Drivers",
    "Effect",
    "Estimate",
    "Forecast",
    "Frame",
    "Logistic",
    "Moments",
    "NotPossible",
    "Note",
    "OpinionMove",
    "PathModel",
    "Regression",
    "Score",
    "SegmentPart",
    "Trend",
    "Verdict",
    "Weights",
    "aapor_rates",
    "abc",
    "accuracy",
    "adjust",
    "association",
    "before_after",
    "bg_nbd",
    "ces",
    "change_sentences",
    "checked_regression",
    "class_quality",
    "cochran_armitage",
    "compare_columns",
    "compare_shares",
    "constant_retention_value",
    "control_limits",
    "corrected_shares",
    "correlate",
    "correlation_interval",
    "correlation_matrix",
    "cronbach_alpha",
    "crosstab",
    "crosstab_of",
    "csat",
    "cusum",
    "decompose",
    "decompose_change",
    "decompose_tallies",
    "design_effect",
    "difference",
    "difference_in_differences",
    "distribution",
    "drivers",
    "drivers_of_correlations",
    "effective_n",
    "even_odd",
    "ewma",
    "forecast",
    "funnel",
    "gamma_gamma",
    "goodness_of_fit",
    "groups_test",
    "importance_performance",
    "interrupted_time_series",
    "irv",
    "krippendorff",
    "laney_p_chart",
    "lifetime_value",
    "logistic",
    "mahalanobis",
    "mcnemar",
    "mean",
    "moving_sigma",
    "nps",
    "nps_difference",
    "nps_group_size",
    "nps_power",
    "nps_sample_size",
    "opinion_moves",
    "overlap_correlation",
    "p_chart",
    "paired_did",
    "pareto_nbd",
    "path_model",
    "post_stratify",
    "purchase_history",
    "quality_score",
    "rake",
    "rao_scott",
    "rate_changes",
    "rate_ratio",
    "read_answer",
    "read_answers",
    "regression",
    "representative",
    "rescale",
    "response_classes",
    "rfm",
    "rfm_segments",
    "rogan_gladen",
    "run_rules",
    "runs",
    "satisfaction_index",
    "score_difference",
    "score_quality",
    "seasonal_naive",
    "seconds_per_item",
    "share_group_size",
    "share_power",
    "shares",
    "shift_date",
    "shrunk",
    "smallest_nps_difference",
    "speeding",
    "straight_lines",
    "synonyms",
    "system_usability",
    "tally",
    "trend",
    "trim",
    "two_proportions_p",
    "u_chart",
    "weighted_index",
    "weighted_mean",
    "weighted_total",
    "wilson",
]  # fmt: skip
