"""Starts a gRPC backend on loopback, prints its port, waits for a line "<xds server> <target>", and calls the target through xDS."""
import json
import os
import sys
from concurrent import futures

def main():
    import grpc

    class Echo(grpc.GenericRpcHandler):
        def service(self, details):
            return grpc.unary_unary_rpc_method_handler(lambda request, context: b"echo " + request) if details.method == "/test.Echo/Echo" else None

    backend = grpc.server(futures.ThreadPoolExecutor(max_workers=2), handlers=[Echo()])
    print(backend.add_insecure_port("127.0.0.1:0"), flush=True)
    backend.start()
    server, target = sys.stdin.readline().split()
    # gRPC's core reads the bootstrap when the first xds: channel is made.
    os.environ["GRPC_XDS_BOOTSTRAP_CONFIG"] = json.dumps({
        "xds_servers": [{"server_uri": server, "channel_creds": [{"type": "insecure"}], "server_features": ["xds_v3"]}],
        "node": {
            "id": "sidecar~127.1.0.99~client.travel-portal~travel-portal.svc.cluster.local",
            "metadata": {"GENERATOR": "grpc", "NAMESPACE": "travel-portal"},
        },
    })
    with grpc.insecure_channel(target) as channel:
        print(channel.unary_unary("/test.Echo/Echo")(b"hello", timeout=20).decode(), flush=True)
    backend.stop(None)


main()
