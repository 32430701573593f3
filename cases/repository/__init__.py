"""Rows of an instance: lock them, write them back in one statement."""

from cases.repository.carrying import carried_by
from cases.repository.changes import ON_BEHALF, Answer, Change, TaskChange
from cases.repository.limits import Line
from cases.repository.locks import (
    LockedInstance,
    LockedTask,
    lock_instance,
    lock_substitutes,
    lock_task,
    lock_word,
)
from cases.repository.writing import insert_instance, save_line, save_outcome, save_task_change

__all__ = [
    "ON_BEHALF",
    "Answer",
    "Change",
    "Line",
    "LockedInstance",
    "LockedTask",
    "TaskChange",
    "carried_by",
    "insert_instance",
    "lock_instance",
    "lock_substitutes",
    "lock_task",
    "lock_word",
    "save_line",
    "save_outcome",
    "save_task_change",
]
