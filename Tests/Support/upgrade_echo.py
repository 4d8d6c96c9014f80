"""Accepts one WebSocket-style upgrade and echoes bytes; prints its port."""

import socket

listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
connection, _ = listener.accept()
head = b""
while b"\r\n\r\n" not in head:
    head += connection.recv(4096)
lines = head.lower().split(b"\r\n")
if b"upgrade: websocket" in lines and b"connection: upgrade" in lines:
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
    )
    while data := connection.recv(4096):
        connection.sendall(data)
else:
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
