"""Calls under /api/: signature, level, faults, cache, answer, log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.wrappers import Response

from django_twentythree.testing.sandbox import methods, version2
from django_twentythree.testing.sandbox.answercache import CACHED_METHODS
from django_twentythree.testing.sandbox.calls import METHODS, Call, perform
from django_twentythree.testing.sandbox.disruptions import Disruption
from django_twentythree.testing.sandbox.encoding import as_json
from django_twentythree.testing.sandbox.envelopes import as_script, failure, respond, success
from django_twentythree.testing.sandbox.refusals import Refusal
from django_twentythree.testing.sandbox.requestlog import without_secrets
from django_twentythree.testing.sandbox.signatures import credentials_of, has_bearer_token, is_signed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from werkzeug.wrappers import Request

    from django_twentythree.testing.sandbox.faults import Fault
    from django_twentythree.testing.sandbox.site import Site

__all__ = ["answer_api", "methods"]


def answer_api(site: Site, request: Request) -> Response | Disruption:
    """Return the answer to an API call, with the fault that waits for it, if any."""
    began, log = time.time(), site.requests  # a call belongs to the time in which it began
    path = request.path.removeprefix("/api/").strip("/")
    if request.mimetype == "application/x-www-form-urlencoded":
        request.get_data(cache=True)  # the signature covers this body, and reading the form would use it up
    # The query of a POST is ignored, as on the platform.
    params = (request.form if request.method == "POST" else request.args).to_dict()
    is_version_2 = path.startswith(version2.PREFIX)
    signed = is_signed(request, params) or (is_version_2 and has_bearer_token(request))
    fault = site.faults.take(path)
    if site.settings.latency_ms:
        time.sleep(site.settings.latency_ms / 1000)
    answer, outcome = _answer(site, request, path, params, signed=signed, fault=fault)
    log.add(
        {
            # What both versions have goes by one name.
            "method": shared if (shared := path.removeprefix(version2.PREFIX)) in METHODS else path,
            "version": 2 if is_version_2 else 1,
            "http_method": request.method,
            "params": without_secrets(params),
            "signed": signed,
            "at": began,
            "ms": round((time.time() - began) * 1000, 1),
            "bytes": (answer.calculate_content_length() or 0) if isinstance(answer, Response) else 0,
            "outcome": f"fault: {fault.kind}" if fault else outcome,
        }
    )
    return answer


def _answer(
    site: Site, request: Request, path: str, params: Mapping[str, str], *, signed: bool, fault: Fault | None
) -> tuple[Response | Disruption, str]:
    instead = _instead_of_answer(fault, path) if fault else None
    if instead is not None:
        return instead, "fault"
    envelope = _envelope(site, request, path, params, signed=signed, fault=fault)
    if isinstance(envelope, Response):
        return envelope, "ok"
    outcome = str(envelope.get("code", "ok"))
    return _after_answer(fault, envelope, path, params), outcome


def _envelope(
    site: Site, request: Request, path: str, params: Mapping[str, str], *, signed: bool, fault: Fault | None
) -> dict[str, Any] | Response:
    endpoint = f"/api/{path}"
    is_version_2 = path.startswith(version2.PREFIX)
    consumer = ""
    level = "none" if site.settings.is_closed else "anonymous"
    base_url = f"{request.scheme}://{request.host}"
    address = f"{base_url}{endpoint}?{urlencode(sorted(params.items()))}"
    is_cacheable = (
        site.settings.cache_seconds > 0
        and request.method == "GET"
        and not signed
        and fault is None
        and "time" not in params
        and path.removeprefix(version2.PREFIX) in CACHED_METHODS
    )
    try:
        if signed:
            level = "none"
            if has_bearer_token(request):
                level = site.signatures.level_of_bearer(request)
            else:
                level = site.signatures.level_of(request, base_url + _raw_target(request))
            consumer = credentials_of(level)["consumer_key"]
        if fault is not None and fault.kind == "ignore":
            params = {name: value for name, value in params.items() if name not in fault.details["names"]}
        if fault is not None and fault.kind == "drop_level":
            level = str(fault.details["level"])
        if fault is not None:
            _refuse_on_demand(fault)
        kept = site.cache.find(address, site.settings.cache_seconds) if is_cacheable else None
        if kept is not None:
            return kept
        if is_version_2 and request.content_length:
            version2.check_body(request.mimetype)
        if path == "concatenate":
            return _concatenate(site, params, level=level, base_url=base_url)
        call = Call(
            site=site,
            params=params,
            level=level,
            base_url=base_url,
            files=request.files.to_dict(),
            verb=request.method,
            consumer=consumer,
            version=2 if is_version_2 else 1,
        )
        answer = perform(path, call)
    except Refusal as refusal:
        if is_version_2:
            return version2.failure(refusal, level=level, is_signed=signed)
        return failure(refusal, level=level, endpoint=endpoint)
    if answer.plain is not None:
        return answer.plain
    if is_version_2:
        envelope = version2.success(answer, params, level=level)
    else:
        envelope = success(answer, level=level, endpoint=endpoint, site=site.site_wire(request.host))
    if fault is not None:
        _distort(envelope, fault)
    if is_cacheable:
        site.cache.keep(address, envelope)
    return envelope


def _distort(envelope: dict[str, Any], fault: Fault) -> None:
    """Have a listing say less, or something else, than the library holds."""
    if fault.kind == "miscount":
        envelope["total_count"] = type(envelope.get("total_count", 0))(fault.details["total_count"])
    if fault.kind == "omit":
        omitted = {str(number) for number in fault.details["ids"]}
        for key in ("photos", "albums", "live", "players", "data"):
            if isinstance(listed := envelope.get(key), list):
                kept = [item for item in listed if omitted.isdisjoint(map(str, _ids_of(item)))]
                envelope[key] = kept
                total = int(envelope["total_count"])
                if not fault.details.get("are_counted"):
                    total += len(kept) - len(listed)
                envelope["total_count"] = type(envelope["total_count"])(total)


def _ids_of(item: dict[str, Any]) -> list[object]:
    return [item[key] for key in ("photo_id", "live_id", "album_id", "player_id") if key in item][:1]


def _refuse_on_demand(fault: Fault) -> None:
    if fault.kind == "error":
        details = fault.details
        raise Refusal(str(details.get("code", "unknown")), str(details.get("message", "No.")))


def _concatenate(site: Site, params: Mapping[str, str], *, level: str, base_url: str) -> dict[str, Any]:
    """Return one envelope for each call packed into this one; they are unsigned whatever this one is."""
    parts: dict[str, Any] = {}
    for name, value in params.items():
        if name in {"format", "raw", "callback", "varname"} or name.startswith("oauth_"):
            continue
        path, _, query = value.partition("?")
        path = path.removeprefix("/api/").strip("/")
        call = Call(
            site=site,
            params=dict(parse_qsl(query)),
            level="none" if level == "none" else "anonymous",
            base_url=base_url,
        )
        try:
            parts[name] = success(
                perform(path, call),
                level=call.level,
                endpoint=f"/api/{path}",
                site=site.site_wire(base_url.partition("://")[2]),
            )
        except Refusal as refusal:
            parts[name] = failure(refusal, level=call.level, endpoint=f"/api/{path}")
    return parts


def _raw_target(request: Request) -> str:
    """Return path and query as they were written, since that is what was signed."""
    raw: str = request.environ.get("RAW_URI", "")
    return raw


def _instead_of_answer(fault: Fault, path: str) -> Response | Disruption | None:
    """Return what comes where the method is never asked; None when it is."""
    details = fault.details
    match fault.kind:
        case "reset":
            return Disruption("reset")
        case "silence":
            return Disruption("silence", seconds=fault.seconds)
        case "empty":
            return Response(b"", content_type="application/json; charset=utf-8")
        case "html":
            page = "<!doctype html><title>Maintenance</title><h1>We will be right back</h1>"
            return Response(page, content_type="text/html; charset=utf-8")
        case "redirect":
            return Response(
                b"",
                status=302,
                headers={"Location": str(details.get("to", f"https://moved.example.com/api/{path}"))},
            )
        case "huge":
            return _huge(int(details.get("megabytes", 64)))
        case kind if kind.isdecimal():
            response = Response(f"HTTP {kind}\n", status=int(kind), content_type="text/plain; charset=utf-8")
            if "retry_after" in details:
                response.headers["Retry-After"] = str(details["retry_after"])
            return response
    return None


def _huge(megabytes: int) -> Response:
    head, tail = b'{"status":"ok","message":"', b'"}'

    def chunks() -> Iterator[bytes]:
        yield head
        for _ in range(megabytes):
            yield b"x" * 1_000_000
        yield tail

    length = len(head) + megabytes * 1_000_000 + len(tail)
    return Response(chunks(), content_type="application/json; charset=utf-8", headers={"Content-Length": str(length)})


def _after_answer(
    fault: Fault | None, envelope: dict[str, Any], path: str, params: Mapping[str, str]
) -> Response | Disruption:
    """Return the right answer, spoilt on its way where a fault says so."""
    kind = fault.kind if fault else ""
    if kind == "wrapped":
        return as_script(envelope, "var visual = ", "")
    if kind == "jsonp":
        return as_script(envelope, "visualplatform(", ");")
    response = version2.respond(envelope) if path.startswith(version2.PREFIX) else respond(envelope, params)
    if kind == "slow" and fault is not None:
        time.sleep(fault.seconds)
    elif kind == "bad_utf8":
        response.set_data(as_json({**envelope, "message": "?"}).replace(b'"?"', b'"\xff\xfe\x80"'))
    elif kind == "cut":
        return Disruption("cut", response=response)
    return response
