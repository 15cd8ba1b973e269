// The run that is disturbed: six lives with all that a case can have (a volume, a hijacked stream, a background
// call, an event), and three execs in a container that they share; with expectations, so that a wrong finding would show as a deviation.
// Names are given: what a case left would be in its way when it is run again.
#pragma once

namespace plimsoll::e2e {

inline constexpr const char* kMixed = R"(title: Mixed
question: How does it end?
matrix:
  code: ["0", "3", "42"]
  ends: [by itself, by stop]
steps:
  - call: POST /volumes/create
    body: {Name: "${case.name}-data"}
    as: volume
  - call: POST /containers/create
    as: box
    when: {ends: by itself}
    query: {name: "${case.name}"}
    body: {Image: "${image.probe}", Cmd: [exit, "${code}"], HostConfig: {NetworkMode: host}}
  - call: POST /containers/create
    as: box
    when: {ends: by stop}
    query: {name: "${case.name}"}
    body: {Image: "${image.probe}", Cmd: [serve, "--on=TERM=exit:${code}"], StopTimeout: 10, HostConfig: {NetworkMode: host}}
  - open: POST /containers/${box.body.Id}/attach?stream=1&stdout=1
    as: client
  - call: POST /containers/${box.body.Id}/start
    as: start
  - read: client
    when: {ends: by stop}
    until: {text: '"probe":"ready"'}
  - call: POST /containers/${box.body.Id}/wait
    background: true
    within: 20s
    as: wait
  - call: POST /containers/${box.body.Id}/stop
    when: {ends: by stop}
    as: stop
  - join: wait
  - await-event: die
    within: 5s
    as: died
  - call: GET /containers/${box.body.Id}/json
    as: after
    within: 5s
    until: {value: "${after.body.State.Status}", equals: exited}
observe:
  create answers: ${box.status}
  start answers: ${start.status}
  wait says: ${wait.body.StatusCode}
  exit code: ${after.body.State.ExitCode}
  an event told it: {value: "${died.found}", equals: true}
expect:
  - create answers: 201
    start answers: 204
    an event told it: true
    because: (test)
  - when: {code: "0"}
    wait says: 0
    exit code: 0
    because: (test)
  - when: {code: "3"}
    wait says: 3
    exit code: 3
    because: (test)
  - when: {code: "42"}
    wait says: 42
    exit code: 42
    because: (test)
)";

inline constexpr const char* kShared = R"(title: Shared
question: What becomes of what cases share?
matrix:
  code: ["0", "3", "42"]
given:
  - call: POST /containers/create
    as: box
    query: {name: "${case.name}"}
    body: {Image: "${image.probe}", Cmd: [serve], HostConfig: {NetworkMode: host}}
  - call: POST /containers/${box.body.Id}/start
    as: start
steps:
  - call: POST /containers/${box.body.Id}/exec
    as: exec
    body: {Cmd: [exit, "${code}"], AttachStdout: true}
  - open: POST /exec/${exec.body.Id}/start
    as: client
    body: {}
  - {read: client, until: end, within: 30s}
  - call: GET /exec/${exec.body.Id}/json
    as: after
    within: 5s
    until: {value: "${after.body.ExitCode}", at-least: 0}
observe:
  create answers: ${box.status}
  start answers: ${start.status}
  exec answers: ${exec.status}
  exit code: ${after.body.ExitCode}
expect:
  - {create answers: 201, start answers: 204, exec answers: 201, because: (test)}
  - {when: {code: "0"}, exit code: 0, because: (test)}
  - {when: {code: "3"}, exit code: 3, because: (test)}
  - {when: {code: "42"}, exit code: 42, because: (test)}
)";

}  // namespace plimsoll::e2e
