-- For wrk: microseconds, calls and failures of the whole, as plimsoll_peers reads them.
done = function(summary, latency, requests)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format("measured %d %d %d\n", summary.duration, summary.requests, failed))
end
