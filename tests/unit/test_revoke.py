# Copyright (c) Ansible Project
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The comment of a request to revoke shows which certificates it is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.community.digicert.plugins.module_utils._decisions.revoke import ALL, comment_about, subject_of

_SUBJECTS = st.one_of(st.just(ALL), st.integers(min_value=1, max_value=2**159).map(lambda number: f"{number:x}"))


@given(_SUBJECTS, st.one_of(st.none(), st.text()))
def test_the_subject_is_found_in_the_comment(subject: str, comment: str | None) -> None:
    written = comment_about(subject, comment)
    assert subject_of(written) == subject
    assert written.startswith(comment or "This is for ")


@pytest.mark.parametrize("comment", [None, "", "Certificate 0a1b was lost", "This is for nobody."])
def test_other_comments_have_no_subject(comment: str | None) -> None:
    assert subject_of(comment) is None
