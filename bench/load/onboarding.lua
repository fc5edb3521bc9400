-- wrk script: POST /v1/onboarding-token, each request for another person (a counter behind a
-- prefix that bench/run draws anew for each round), because a second live invitation of the same
-- e-mail address is a conflict and would measure the refusal. It does not look at answers.
-- Environment: BENCH_TOKEN (access token), BENCH_PREFIX. The counter is right for wrk -t1 only.
local prefix = os.getenv("BENCH_PREFIX")
local headers = {
  ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN"),
  ["Content-Type"] = "application/json",
  ["Accept"] = "application/json",
}
local body = '{"email":"%s%d@example.com","first_name":"Ada","last_name":"Lovelace"}'
local count = 0

function request()
  count = count + 1
  return wrk.format("POST", nil, headers, string.format(body, prefix, count))
end

function done(summary)
  local e = summary.errors
  print(string.format(
    "RESULT requests=%d micros=%d status=%d connect=%d read=%d write=%d timeout=%d",
    summary.requests, summary.duration, e.status, e.connect, e.read, e.write, e.timeout))
end
