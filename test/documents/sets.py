"""Numbered pictures: the same number gives the same document and the same shot, for ever.

Numbers below 10^5 are for tuning (thresholds, looking at mistakes), those from there on for
training, those from 10^6 on for the evaluation; `picture` asks which it is for and refuses the
others, so they cannot be mixed by mistake.
"""
import numpy as np

import degrade
import zones

TUNED, EVALUATED = 100_000, 1_000_000


def purpose_of(number):
    return "tuning" if number < TUNED else "training" if number < EVALUATED else "evaluation"


def picture(number, purpose, level=None, form=None, size=None, zone_only=False,
            corners_of=degrade.zone_corners, change=None):
    """(person, level, shot, JPEG bytes, corners). Levels take turns, so do forms within each. What
    is printed is what `change` makes of the person."""
    if purpose_of(number) != purpose:
        raise ValueError(f"picture {number} is not for {purpose}")
    rng = np.random.default_rng(number)
    level = level or degrade.LEVELS[number % 3]
    form = form or zones.FORMS[number // 3 % 5]
    person = zones.invent(rng, form)
    if change:
        person = change(rng, person)
    shot = degrade.shot_of(rng, level, form, size)
    data, corners = degrade.photograph(rng, person, shot, zone_only, corners_of)
    return person, level, shot, data, corners
