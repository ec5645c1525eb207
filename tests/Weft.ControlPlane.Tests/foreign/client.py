"""A service with two versions and a client that reaches them through xDS, without a sidecar.

Prints the port that both versions listen on, at 127.0.0.1 and 127.0.0.2. Reads "<xds server> <target> [folder with certificates]", then for each
line "<calls> [header=value]" makes these calls and prints how often each answer came, as JSON.
"""
import json
import os
import sys
from collections import Counter
from concurrent import futures


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def main():
    import grpc

    class Echo(grpc.GenericRpcHandler):
        def __init__(self, version):
            self.version = version

        def service(self, details):
            return grpc.unary_unary_rpc_method_handler(lambda request, context: self.version) if details.method == "/test.Echo/Echo" else None

    def serve(version, address):
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=2), handlers=[Echo(version)])
        if len(sys.argv) > 1:
            folder = sys.argv[1]
            credentials = grpc.ssl_server_credentials(
                [(read(folder, "server-key.pem"), read(folder, "server.pem"))], root_certificates=read(folder, "root.pem"), require_client_auth=True)
            port = server.add_secure_port(address, credentials)
        else:
            port = server.add_insecure_port(address)
        server.start()
        return server, port

    first, port = serve(b"v1", "127.0.0.1:0")
    second, _ = serve(b"v2", f"127.0.0.2:{port}")
    print(port, flush=True)
    server, target, *folder = sys.stdin.readline().split()
    bootstrap = {
        "xds_servers": [{"server_uri": server, "channel_creds": [{"type": "insecure"}], "server_features": ["xds_v3"]}],
        "node": {
            "id": "sidecar~127.1.0.99~client.travel-portal~travel-portal.svc.cluster.local",
            "metadata": {"GENERATOR": "grpc", "NAMESPACE": "travel-portal"},
        },
    }
    if folder:
        bootstrap["certificate_providers"] = {
            "default": {
                "plugin_name": "file_watcher",
                "config": {
                    "certificate_file": f"{folder[0]}/client.pem",
                    "private_key_file": f"{folder[0]}/client-key.pem",
                    "ca_certificate_file": f"{folder[0]}/root.pem",
                    "refresh_interval": "900s",
                },
            }
        }
    # gRPC's core reads the bootstrap when the first xds: channel is made.
    os.environ["GRPC_XDS_BOOTSTRAP_CONFIG"] = json.dumps(bootstrap)
    channel = grpc.secure_channel(target, grpc.xds_channel_credentials()) if folder else grpc.insecure_channel(target)
    call = channel.unary_unary("/test.Echo/Echo")
    for line in sys.stdin:
        calls, *header = line.split()
        answers = Counter()
        for _ in range(int(calls)):
            try:
                answers[call(b"hello", timeout=20, metadata=[tuple(each.split("=")) for each in header]).decode()] += 1
            except grpc.RpcError as error:
                answers[f"error {error.code().value[0]}: {error.details()}"] += 1
        print(json.dumps(answers), flush=True)
    channel.close()
    first.stop(None)
    second.stop(None)


main()
