"""Commands that run the product: run, serve, worker, demo, migrate."""

import argparse
import logging
from typing import Any

from .. import config as configuration
from .. import demo, server, worker
from .installation import opened
from .words import say, t


def add(commands: Any) -> None:
    run = commands.add_parser("run", help=t("the product with demo data, web server and worker in one"))
    run.set_defaults(run=_run)
    serve = commands.add_parser("serve", help=t("the web server, with the worker as its child"))
    serve.add_argument("--no-worker", action="store_true", help=t("without the worker (start it with `worker`)"))
    serve.add_argument("--processes", type=int, default=1, help=t("how many web processes share the work"))
    serve.set_defaults(run=_serve)
    alone = commands.add_parser("worker", help=t("the worker alone: sends, scores, opens cases"))
    alone.add_argument("--parent", type=int, help=argparse.SUPPRESS)
    alone.set_defaults(run=_work)
    made = commands.add_parser("demo", help=t("make the demo data now and wait for it"))
    made.add_argument("--scale", type=float, default=1.0, help=t("how much of it: 1 is 8,000 responses"))
    made.set_defaults(run=_demo)
    commands.add_parser("migrate", help=t("bring the database to this version")).set_defaults(run=_migrate)


def _logging() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")


def _run(_given: argparse.Namespace) -> None:
    _logging()
    server.serve(server.demo_config(configuration.load()), with_worker=True)


def _serve(given: argparse.Namespace) -> None:
    _logging()
    server.serve(configuration.load(), with_worker=not given.no_worker, processes=given.processes)


def _work(given: argparse.Namespace) -> None:
    _logging()
    worker.work(configuration.load(), parent=given.parent)


def _demo(given: argparse.Namespace) -> None:
    with opened(is_demo=True) as (engine, config):
        demo.make_demo(engine, config, scale=given.scale)
        while worker.work_once(engine, config):
            pass
    say(t("The demo data is ready. Start it with: survey-app run"))


def _migrate(_given: argparse.Namespace) -> None:
    with opened():
        say(t("The database is up to date."))
