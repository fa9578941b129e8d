#!/usr/bin/env python3
"""What other solvers say of the instances that `invite_speed export FOLDER` has written, one thread each.

    python3 -m venv v && v/bin/pip install highspy ortools
    v/bin/python crates/matching/examples/invite_peers.py FOLDER [SECONDS]

Weighted coverage as an integer programme: a provider is invited or not (x), a thing is covered (y, up to 1) as far as anybody
who covers it is invited. Things that the same providers cover are put together first, as Meres does. Prints, for each
instance and solver, the best that was found, the bound, and the processor's time, up to so many seconds (60 unless said).
"""
import glob
import json
import resource
import sys


def read(path):
    given = json.load(open(path))
    who = [[] for _ in given["weights"]]
    for provider, things in enumerate(given["covers"]):
        for thing in set(things):
            who[thing].append(provider)
    together = {}
    for weight, providers in zip(given["weights"], who):
        if providers:
            together[tuple(providers)] = together.get(tuple(providers), 0) + weight
    return given, together


def processor():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def limits(given, invited):
    """What the invited must keep to, in the words that both solvers understand."""
    yield sum(invited) <= given["stands"]
    if given["budget"] is not None:
        yield sum(cost * x for cost, x in zip(given["costs"], invited)) <= given["budget"]
    for minimum in given["minimums"]:
        yield sum(invited[p] for p in minimum["of"]) >= minimum["least"]


def highs(given, together, seconds):
    import highspy

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("time_limit", float(seconds))
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("mip_rel_gap", 0.0)
    invited = [solver.addBinary() for _ in given["covers"]]
    covered = [solver.addVariable(0, 1) for _ in together]
    for limit in limits(given, invited):
        solver.addConstr(limit)
    for providers, y in zip(together, covered):
        solver.addConstr(y <= sum(invited[p] for p in providers))
    before = processor()
    solver.maximize(sum(weight * y for weight, y in zip(together.values(), covered)))
    info = solver.getInfo()
    return info.objective_function_value, info.mip_dual_bound, processor() - before


def cp_sat(given, together, seconds):
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    invited = [model.new_bool_var("") for _ in given["covers"]]
    covered = [model.new_bool_var("") for _ in together]
    for limit in limits(given, invited):
        model.add(limit)
    for providers, y in zip(together, covered):
        model.add_bool_or([invited[p] for p in providers]).only_enforce_if(y)
    model.maximize(sum(weight * y for weight, y in zip(together.values(), covered)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    before = processor()
    solver.solve(model)
    return solver.objective_value, solver.best_objective_bound, processor() - before


def main():
    folder, seconds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60
    print("instance | solver | best found | bound | CPU seconds")
    for path in sorted(glob.glob(f"{folder}/invite-*.json")):
        given, together = read(path)
        for name, solve in [("HiGHS", highs), ("CP-SAT", cp_sat)]:
            best, bound, took = solve(given, together, seconds)
            print(f"{given['name']} | {name} | {best:.0f} | {bound:.0f} | {took:.2f}", flush=True)


main()
