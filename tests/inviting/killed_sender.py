"""A sender process of its own, to be killed: works a campaign until it is finished."""

import sys
import time
from datetime import timedelta
from pathlib import Path

from survey_app import crypto, inviting
from survey_app.config import Config
from survey_app.inviting import ledger
from survey_app.store.database import connect, reading
from survey_app.tables import Campaign


def main(url: str, key: str, campaign_id: int) -> None:
    crypto.use_key(key.encode())
    ledger.LEASE = timedelta(seconds=1)
    config = Config(data=Path("."), database_url=url, secret_key=key.encode(), public_url="http://survey.test")
    engine = connect(url)
    print("ready", flush=True)
    while True:
        if not inviting.step(engine, config, budget=1):
            time.sleep(0.05)
        with reading(engine) as session:
            if session.get_one(Campaign, campaign_id).state == "finished":
                return


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
