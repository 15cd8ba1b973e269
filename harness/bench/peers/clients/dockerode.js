// dockerode as a peer of plimsoll: a command a line on standard input ("ping 200", "life 3", "lives 8 16", "attach BYTES"),
// the seconds that it took and how much it was on standard output (harness/bench/peers/external_client.h).
'use strict';

const http = require('http');
const readline = require('readline');
const { Writable } = require('stream');
const Docker = require('dockerode');

const ground = JSON.parse(process.argv[2]);
// Node 18 closes every connection if it is not told; one that is kept is what all clients here have.
const agent = new http.Agent({ keepAlive: true });
const docker = new Docker({ socketPath: ground.socket, version: 'v' + ground.api, agent });

async function ping(count) {
  for (let i = 0; i < count; ++i) await docker.ping();
  return count;
}

function box(command, more) {
  return docker.createContainer({ Image: ground.image, Cmd: command, Labels: ground.labels, ...more });
}

async function life(count) {
  for (let i = 0; i < count; ++i) {
    const container = await box(['true']);
    await container.start();
    await container.wait();
    await container.inspect();
    await container.remove();
  }
  return count;
}

async function lives(atATime, count) {
  let begun = 0;
  const one = async () => {
    while (begun++ < count) await life(1);
  };
  await Promise.all(Array.from({ length: atATime }, one));
  return count;
}

class Counter extends Writable {
  bytes = 0;
  _write(chunk, encoding, done) {
    this.bytes += chunk.length;
    done();
  }
}

// Returns {count, seconds}: creation and removal are not what is of interest.
async function attach(size) {
  const container = await box(['write', '--bytes', String(size)],
    { AttachStdout: true, HostConfig: { LogConfig: { Type: 'none' } } });
  const stream = await container.attach({ stream: true, stdout: true });
  const counter = new Counter();
  docker.modem.demuxStream(stream, counter, counter);
  const ended = new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
  const begun = process.hrtime.bigint();
  await container.start();
  await ended;
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  await container.wait();
  await container.remove();
  return { count: counter.bytes, seconds };
}

async function obey(words) {
  const [name, ...numbers] = [words[0], ...words.slice(1).map(Number)];
  const begun = process.hrtime.bigint();
  const done = await { ping, life, lives, attach }[name](...numbers);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  return typeof done === 'number' ? { count: done, seconds } : done;
}

async function main() {
  console.log(`ready ${require('dockerode/package.json').version}, node ${process.version.slice(1)}`);
  for await (const line of readline.createInterface({ input: process.stdin })) {
    try {
      const { count, seconds } = await obey(line.split(' '));
      console.log(`${seconds} ${count}`);
    } catch (error) {
      console.log('trouble ' + String(error.message).replace(/\s+/g, ' '));
    }
  }
  agent.destroy();
}

main();
