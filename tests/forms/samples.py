"""What a browser posts for each type of question."""

SAMPLES = {
    "nps": [{"k": ["0"]}, {"k": ["10"]}], "csat": [{"k": ["1"]}, {"k": ["5"]}], "ces": [{"k": ["1"]}, {"k": ["7"]}],
    "ces_effort": [{"k": ["1"]}, {"k": ["5"]}], "single": [{"k": ["a"]}], "dropdown": [{"k": ["b"]}],
    "yes_no": [{"k": ["yes"]}, {"k": ["no"]}], "multiple": [{"k": ["a"]}], "matrix": [{"k.a": ["3"], "k.b": ["3"]}],
    "matrix_nps": [{"k.a": ["0"], "k.b": ["10"]}], "matrix_single": [{"k.a": ["x"], "k.b": ["y"]}, {"k.b": ["x"]}],
    "matrix_multiple": [{"k.a": ["y", "x"]}, {"k.a": ["x"], "k.b": ["x", "y"]}], "long_text": [{"k": ["很好，但是慢"]}],
    "short_text": [{"k": ["订单 123"]}], "number": [{"k": ["12"]}], "slider": [{"k": ["0"]}, {"k": ["100"]}],
    "hidden": [{"k": ["广告页"]}], "computed": [{"k": ["24"]}], "ranking": [{"k.a": ["2"], "k.b": ["1"]}], "constant_sum": [{"k.a": ["70"], "k.b": ["30"]}, {"k.b": ["100"]}],
    "cascade": [{"k": ["a2"]}], "location": [{"k": ["杭州市西湖区"]}], "time": [{"k": ["08:30"]}],
    "date_time": [{"k": ["2026-02-28"], "k.time": ["14:05"]}],
    "date": [{"k": ["2026-02-28"]}], "consent": [{"k": ["1"]}], "statement": [],
}  # fmt: skip
"""By the name of the type, for a question with the key k; nothing for those that ask nothing."""
