# docker-py as a peer of plimsoll: a command a line on standard input ("ping 200", "life 3", "lives 8 16", "attach BYTES"),
# the seconds that it took and how much it was on standard output (harness/bench/peers/external_client.h).
# Its APIClient: the objects above that (DockerClient) make further calls of their own.
import itertools
import json
import platform
import sys
import threading
import time

import docker

GROUND = json.loads(sys.argv[1])


def connect():
    return docker.APIClient(base_url='unix://' + GROUND['socket'], version=GROUND['api'], timeout=120)


def ping(client, count):
    for _ in range(count):
        client.ping()
    return count


def live(client):
    box = client.create_container(GROUND['image'], ['true'], labels=GROUND['labels'])['Id']
    client.start(box)
    client.wait(box)
    client.inspect_container(box)
    client.remove_container(box)


def life(client, count):
    for _ in range(count):
        live(client)
    return count


# requests' sessions are not made for several threads: each has a client of its own, kept for the next time.
class Crew:
    def __init__(self):
        self.clients = []

    def lives(self, at_a_time, count):
        while len(self.clients) < at_a_time:
            self.clients.append(connect())
        numbers = itertools.count()
        lived, troubles = [], []

        def work(client):
            try:
                while next(numbers) < count:
                    live(client)
                    lived.append(1)
            except Exception as error:
                troubles.append(error)

        threads = [threading.Thread(target=work, args=(client,)) for client in self.clients[:at_a_time]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if troubles:
            raise troubles[0]
        return len(lived)


# Gives bytes and seconds: creation and removal are not what is of interest.
def attach(client, size):
    unlogged = client.create_host_config(log_config={'Type': 'none', 'Config': {}})
    box = client.create_container(GROUND['image'], ['write', '--bytes', str(size)], labels=GROUND['labels'],
                                  host_config=unlogged)['Id']
    stream = client.attach(box, stdout=True, stderr=False, stream=True)
    begun = time.monotonic()
    client.start(box)
    count = sum(len(piece) for piece in stream)
    seconds = time.monotonic() - begun
    client.wait(box)
    client.remove_container(box)
    return count, seconds


def obey(client, crew, words):
    numbers = [int(word) for word in words[1:]]
    if words[0] == 'attach':
        return attach(client, *numbers)
    begun = time.monotonic()
    if words[0] == 'lives':
        count = crew.lives(*numbers)
    else:
        count = {'ping': ping, 'life': life}[words[0]](client, *numbers)
    return count, time.monotonic() - begun


def main():
    client, crew = connect(), Crew()
    print(f'ready {docker.__version__}, Python {platform.python_version()}', flush=True)
    for line in sys.stdin:
        try:
            count, seconds = obey(client, crew, line.split())
            print(f'{seconds:.9f} {count}', flush=True)
        except Exception as error:
            print('trouble ' + ' '.join(str(error).split()), flush=True)


main()
