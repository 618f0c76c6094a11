-- Posts the file named by BENCH_BODY, with BENCH_FRESH under a head that no other request has, and reports in exact numbers what wrk rounds in its own text.
local file = assert(io.open(os.getenv("BENCH_BODY"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"
file:close()

if (os.getenv("BENCH_FRESH") or "") ~= "" then
  local number = 0
  function request()
    number = number + 1
    wrk.headers["X-Number"] = string.format("%09d", number)
    return wrk.format()
  end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'bench {"requests":%d,"micros":%d,"p50":%d,"p99":%d,"max":%d,"status":%d,"socket":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99), latency.max,
    e.status, e.connect + e.read + e.write + e.timeout))
end
