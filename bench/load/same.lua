-- wrk script: one and the same POST over and over (client credentials, and the HTTP floor).
-- It exists so that every server is asked with equal client effort: wrk builds the bytes once.
-- It does not look at answers; bench/run samples those itself, wrk counts status codes above 399.
-- Environment: BENCH_BODY, BENCH_TYPE.
wrk.method = "POST"
wrk.body = os.getenv("BENCH_BODY")
wrk.headers["Content-Type"] = os.getenv("BENCH_TYPE")
wrk.headers["Accept"] = "application/json"

function done(summary)
  local e = summary.errors
  print(string.format(
    "RESULT requests=%d micros=%d status=%d connect=%d read=%d write=%d timeout=%d",
    summary.requests, summary.duration, e.status, e.connect, e.read, e.write, e.timeout))
end
