using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Weft.Proxy.Mesh;

namespace Weft.Benchmarks.Load;

/// <summary>
/// Two sidecars in a process of their own, for a load from outside (bench/proxy.sh): alpha listens on NETWORK.1:8000 for beta's service, beta on NETWORK.2:8080
/// for its application, which somebody else serves on NETWORK.66:8080. Ends by SIGTERM.
/// </summary>
public static class SidecarHost
{
    /// <param name="network">The first three bytes of the addresses, e.g. 127.77.0.</param>
    /// <param name="mode"><c>mtls</c>, or <c>plain</c> for plaintext between the two.</param>
    /// <param name="readyFile">Written when both are ready.</param>
    public static async Task RunAsync(string network, string mode, string readyFile, CancellationToken cancellationToken)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            ended.TrySetResult();
        });
        await using var mesh = await TestMesh.StartAsync(null, cancellationToken, (kind, resources) => Change(kind, resources, mode == "plain"), network: network);
        await File.WriteAllTextAsync(readyFile, "ready", cancellationToken);
        await ended.Task;
    }

    private static void Change(string kind, JsonArray resources, bool isPlain)
    {
        if (kind == "listeners")
        {
            resources.First(listener => listener!["name"]!.GetValue<string>() == "0.0.0.0_8000")!.AsObject().Remove("bindToPort");
        }

        if (kind == "endpoints" && isPlain)
        {
            foreach (var endpoint in resources.SelectMany(assignment => assignment!["endpoints"]!.AsArray()).SelectMany(group => group!["lbEndpoints"]!.AsArray()))
            {
                endpoint!["metadata"]!["filterMetadata"]!.AsObject().Remove("envoy.transport_socket_match");
            }
        }
    }
}
