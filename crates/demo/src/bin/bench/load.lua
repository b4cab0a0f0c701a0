-- Sends the requests of a file, in turn or each once, and says on one line how it went.
-- A line of the file: method, path, token, version and body, with tabs between them.

local ffi = require("ffi")
ffi.cdef([[
    typedef struct { long seconds; long microseconds; } moment;
    int gettimeofday(moment *now, void *zone);
]])

local threads = {}
local requests = {}
local each_once = false
local position = 0
local started

local function now()
    local read = ffi.new("moment")
    ffi.C.gettimeofday(read, nil)
    return tonumber(read.seconds) * 1000000 + tonumber(read.microseconds)
end

local function read(line)
    local method, path, token, version, body =
        line:match("^([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$")
    local headers = { ["Authorization"] = "Bearer " .. token }
    if version ~= "" then
        headers["If-Match"] = '"' .. version .. '"'
    end
    if body == "" then
        return wrk.format(method, path, headers)
    end
    headers["Content-Type"] = "application/json"
    return wrk.format(method, path, headers, body)
end

function setup(thread)
    table.insert(threads, thread)
end

function init(arguments)
    for line in io.lines(arguments[1]) do
        table.insert(requests, read(line))
    end
    each_once = arguments[2] == "each-once"
end

function request()
    -- wrk asks once to look at a request, without sending it.
    if position == 0 then
        position = 1
        return requests[1]
    end
    started = started or now()
    local next = requests[position]
    if next == nil and each_once then
        spent = now() - started
        wrk.thread:stop()
        return ""
    elseif next == nil then
        position = 1
        next = requests[1]
    end
    position = position + 1
    return next
end

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    -- wrk itself waits for the whole time, however early the requests were used up.
    io.write(string.format(
        "load requests=%d microseconds=%d p50=%d p99=%d failed=%d\n",
        summary.requests,
        threads[1]:get("spent") or summary.duration,
        latency:percentile(50),
        latency:percentile(99),
        failed
    ))
end
