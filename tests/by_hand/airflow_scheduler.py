"""Run the DAG of the hourly schedule in a whole Airflow: scheduler, LocalExecutor, pool; dbt comes last.

    python -m tests.by_hand.airflow_scheduler

Three portals in as many shards, one of them revoked, in a pool of two slots; 3 minutes. Prints how each task has ended, and
stops what it started.
"""

from __future__ import annotations

import json
import signal
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

from embedded_postgres import EmbeddedServer
from tests.e2e.stack import Stack, new_token_keys
from tests.e2e.test_airflow import Airflow
from tests.e2e.test_shards import SCENARIO, SHARDS
from tests.hubspot_simulator import Scenario, running_simulator

DAG = "hubspot_portals_hourly"
LONGEST_SECONDS = 600


def main() -> None:
    """Start all, trigger the DAG, look."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedServer(Path(folder) / "postgres")
        server.start()
        try:
            with running_simulator(Scenario.parse(SCENARIO)) as hubspot:
                stack = Stack(hubspot, server.url, Path(folder), new_token_keys())
                stack.serve()
                try:
                    for portal_id in SHARDS:
                        stack.connect(portal_id)
                    hubspot.revoke(508)
                    run(stack)
                finally:
                    stack.close()
        finally:
            server.stop()


def run(stack: Stack) -> None:
    """One run of the DAG."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    airflow = Airflow(
        stack,
        AIRFLOW__CORE__EXECUTOR="LocalExecutor",
        AIRFLOW__API__PORT=str(port),
        AIRFLOW__CORE__EXECUTION_API_SERVER_URL=f"http://localhost:{port}/execution/",
    )
    airflow.call("pools", "set", "hubspot_portals", "2", "Taps and loaders at work at once")
    airflow.call("dags", "reserialize")
    airflow.call("dags", "unpause", DAG)
    airflow.call("dags", "trigger", DAG)
    all_of_it = airflow.start("standalone")
    reader = threading.Thread(target=all_of_it.communicate)  # a full pipe would hold it up
    reader.start()
    try:
        deadline = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < deadline:
            time.sleep(2)
            [[state]] = airflow.ask(f"SELECT state FROM dag_run WHERE dag_id = '{DAG}' ORDER BY id LIMIT 1")
            if state in {"success", "failed"}:
                break
        else:
            sys.exit(f"not over after {LONGEST_SECONDS} s: {airflow.states()}")
        tasks = airflow.ask(
            "SELECT coalesce(rendered_map_index, task_id), state, try_number, pool, start_date, end_date "
            "FROM task_instance ORDER BY start_date"
        )
        print(f"{DAG}: {state}")
        for task in tasks:
            print(json.dumps(task))
    finally:
        all_of_it.send_signal(signal.SIGINT)
        reader.join(60)


if __name__ == "__main__":
    main()
