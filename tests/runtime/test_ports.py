"""Ports for nodes that are started here."""

import socket

from cordillera.runtime.ports import free_port

FIRST_OF_CONNECTIONS = 32_768


def test_a_free_port_can_be_listened_on_and_is_none_that_connections_are_given():
    for _ in range(50):
        port = free_port()
        with socket.create_server(("127.0.0.1", port)):
            assert 20_000 <= port < FIRST_OF_CONNECTIONS


def test_the_wanted_port_is_returned_while_it_is_free_and_another_once_it_is_taken():
    wanted = free_port()
    assert free_port(wanted) == wanted
    with socket.create_server(("127.0.0.1", wanted)):
        assert free_port(wanted) != wanted
