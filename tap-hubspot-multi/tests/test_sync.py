from __future__ import annotations
def test_x(harness):
    run = harness.sync()
    print(run.error)
    from collections import Counter
    print(Counter((m["type"], m.get("stream")) for m in run.messages))
    print(run.rows("portal_syncs")[:20])
    print(run.rows("contacts")[:2])
    print(run.rows("deals")[:2])
    print(run.rows("portals"))
    print(run.rows("pipeline_stages")[:2])
    print(run.rows("owners")[:2])
    print(run.state)
    print(harness.simulator.requests.count())
    assert 0
