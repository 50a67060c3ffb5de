"""What the article's network is worth on voices that it never heard, and what the tutorials would have claimed.

    python benchmarks/accuracy.py                 train what is not recorded yet, then print the table
    python benchmarks/accuracy.py --recorded      print the recorded figures
    python benchmarks/accuracy.py --json          one JSON object

Each trained fold leaves one line in benchmarks/rows/article.jsonl (committed): a run that was stopped goes on from
there. Lines of other settings are not counted. TESS and RAVDESS are not in the repository: their place is
../shared/corpora or $UNDERTONE_CORPORA; a corpus that is not there is named and left out.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROWS = ROOT / "benchmarks" / "rows" / "article.jsonl"
CACHE = ROOT / "benchmarks" / "cache"
HONEST = {"emodb": "emodb.loso", "ravdess": "ravdess.6fold", "tess": "tess.cross"}
# One thread a process: two trainings side by side finish sooner than one after the other on two threads each.
THREADS = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "OMP_NUM_THREADS": "1"}


@dataclasses.dataclass(frozen=True)
class Job:
    """One training: a fold of an honest protocol, or a corpus's tutorial split (fold None)."""

    corpus: str
    fold: int | None
    seed: int


def place(corpus: str) -> str | None:
    if corpus == "emodb":
        return corpus
    folder = Path(os.environ.get("UNDERTONE_CORPORA", ROOT.parent / "shared" / "corpora")) / corpus
    return str(folder) if folder.is_dir() else None


def settings_for(corpus: str, seed: int):
    from undertone.experiment import ExperimentSettings
    from undertone.training import TrainSettings

    return ExperimentSettings(corpus, train=TrainSettings(seed=seed))


def load(corpus: str):
    from undertone.corpora import load

    return load(place(corpus))


def rows_of(corpus: str, seed: int):
    from undertone.experiment.rows import cached

    CACHE.mkdir(exist_ok=True)
    return cached(load(corpus), settings_for(corpus, seed), CACHE / f"{corpus}-{seed}.npz")


def work(job: Job) -> dict:
    """Train one job and return its line."""
    from undertone.config import to_dict
    from undertone.corpora import PROTOCOLS
    from undertone.experiment.protocol import answer_fold
    from undertone.experiment.tutorial import tutorial_figures

    corpus, rows, settings = load(job.corpus), rows_of(job.corpus, job.seed), settings_for(job.corpus, job.seed)
    name = f"{job.corpus}-{job.seed}-{'tutorial' if job.fold is None else job.fold}"
    run = CACHE / "runs" / settings.recipe / name  # kept until done: a killed training resumes
    if job.fold is None:
        figures = tutorial_figures(corpus, rows, settings, run)
        return {"job": name, "settings": settings.recipe, "tutorial": to_dict(figures)}
    fold = PROTOCOLS[HONEST[job.corpus]](corpus)[job.fold]
    answers = answer_fold(corpus, rows, fold, settings, run, protocol=HONEST[job.corpus])
    return {"job": name, "settings": settings.recipe, "answers": to_dict(answers)}


def jobs(corpora: list[str], seeds: list[int]) -> list[Job]:
    from undertone.corpora import PROTOCOLS

    found = []
    for corpus in corpora:
        folds = PROTOCOLS[HONEST[corpus]](load(corpus))
        found += [Job(corpus, fold, seed) for seed in seeds for fold in (*range(len(folds)), None)]
    return found


def recorded() -> dict[tuple[str, str], dict]:
    if not ROWS.is_file():
        return {}
    lines = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    return {(line["job"], line["settings"]): line for line in lines}


def train_missing(todo: list[Job], workers: int) -> None:

    known = recorded()
    names = {job: f"{job.corpus}-{job.seed}-{'tutorial' if job.fold is None else job.fold}" for job in todo}
    missing = [j for j in todo if (names[j], settings_for(j.corpus, j.seed).recipe) not in known]
    if not missing:
        return
    for corpus, seed in sorted({(job.corpus, job.seed) for job in missing}):
        rows_of(corpus, seed)
    os.environ.update(THREADS)
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        running = {pool.submit(work, job): job for job in missing}
        for done, future in enumerate(as_completed(running), start=1):
            with ROWS.open("a", encoding="utf-8") as file:
                file.write(json.dumps(future.result(), ensure_ascii=False) + "\n")
            print(f"{done} of {len(missing)}: {names[running[future]]}", file=sys.stderr, flush=True)


def figures_of(corpora: list[str], seed: int) -> dict[str, dict]:
    """Pool the recorded folds of each protocol; a protocol with a fold missing is left out and named."""
    from undertone.config import from_dict, to_dict
    from undertone.experiment.protocol import FoldAnswers, pooled

    known, found = recorded(), {}
    for corpus in corpora:
        mark = settings_for(corpus, seed).recipe
        lines = [line for (job, settings), line in known.items() if settings == mark and job.startswith(f"{corpus}-")]
        answers = [from_dict(FoldAnswers, line["answers"]) for line in lines if "answers" in line]
        tutorial = [line["tutorial"] for line in lines if "tutorial" in line]
        expected = {"emodb": 10, "ravdess": 6, "tess": 2}[corpus]
        if len(answers) < expected or not tutorial:
            print(f"{corpus}: {len(answers)} of {expected} folds are recorded; run without --recorded", file=sys.stderr)
            continue
        found[HONEST[corpus]] = to_dict(pooled(answers))
        found[f"{corpus}.augmented_random"] = tutorial[0]
    return found


def table(found: dict[str, dict]) -> str:
    lines = ["| protocol | UAR % | 95 % interval | accuracy % | clips | speakers | |", "|---|---|---|---|---|---|---|"]
    for name, f in found.items():
        interval = f"{100 * f['uar_low']:.1f} to {100 * f['uar_high']:.1f}"
        note = "" if f["honest"] else f"not speaker-independent: {f['why']}"
        cells = [name, f"{100 * f['uar']:.1f}", interval, f"{100 * f['accuracy']:.1f}", f["clips"], f["speakers"], note]
        lines.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--recorded", action="store_true", help="train nothing")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--corpora", nargs="+", choices=sorted(HONEST), default=sorted(HONEST))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    present = [corpus for corpus in options.corpora if place(corpus)]
    for corpus in set(options.corpora) - set(present):
        print(f"{corpus}: not found beside the repository (see --help); left out", file=sys.stderr)
    if not options.recorded:
        train_missing(jobs(present, [options.seed]), options.workers)
    found = figures_of(present if not options.recorded else options.corpora, options.seed)
    print(json.dumps(found, ensure_ascii=False) if options.json else table(found))


if __name__ == "__main__":
    main()
