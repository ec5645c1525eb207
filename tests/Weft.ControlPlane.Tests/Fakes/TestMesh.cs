using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Weft.ControlPlane.Fakes;

/// <summary>A control plane over a small cluster: namespaces istio-system and travel-agency.</summary>
internal sealed class TestMesh : IAsyncDisposable
{
    private TestMesh(FakeKubernetesApi api, ControlPlane controlPlane)
    {
        Api = api;
        ControlPlane = controlPlane;
    }

    public FakeKubernetesApi Api { get; }

    public ControlPlane ControlPlane { get; private set; }

    public string Plaintext => ControlPlane.PlaintextEndpoints[0].ToString();

    public Uri Secure => new($"https://{ControlPlane.SecureEndpoints[0]}");

    public Uri Debug => new($"http://{ControlPlane.DebugEndpoints[0]}");

    public static async Task<TestMesh> StartAsync(CancellationToken cancellationToken)
    {
        var api = await FakeKubernetesApi.StartAsync();
        foreach (var name in new[] { "istio-system", "travel-agency" })
        {
            api.Put("api/v1/namespaces", null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        }

        return new TestMesh(api, await StartControlPlaneAsync(api, cancellationToken));
    }

    /// <summary>Another control plane over the same cluster, as after a restart.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        await ControlPlane.DisposeAsync();
        ControlPlane = await StartControlPlaneAsync(Api, cancellationToken);
    }

    /// <summary>A Service with one ready endpoint.</summary>
    public void AddService(string @namespace, string name, string portName, int port, string address, int targetPort)
    {
        Api.Put("api/v1/services", @namespace, Parse($$$"""
            {"metadata":{"name":"{{{name}}}"},"spec":{"clusterIP":"127.1.128.{{{name.Length}}}","ports":[{"name":"{{{portName}}}","port":{{{port}}},"protocol":"TCP"}]}}
            """));
        SetEndpoint(@namespace, name, portName, address, targetPort);
    }

    public void SetEndpoint(string @namespace, string name, string portName, string address, int targetPort) =>
        Api.Put("apis/discovery.k8s.io/v1/endpointslices", @namespace, Parse($$$"""
            {"metadata":{"name":"{{{name}}}-1","labels":{"kubernetes.io/service-name":"{{{name}}}"}},"addressType":"IPv4",
             "endpoints":[{"addresses":["{{{address}}}"],"conditions":{"ready":true}}],"ports":[{"name":"{{{portName}}}","port":{{{targetPort.ToString(CultureInfo.InvariantCulture)}}},"protocol":"TCP"}]}
            """));

    /// <summary>The object, once it is as wanted.</summary>
    public async Task<JsonObject> WhenAsync(string collection, string? @namespace, string name, Func<JsonObject, bool> reached, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(40));
        while (true)
        {
            if (Api.Get(collection, @namespace, name) is { } found && reached(found))
            {
                return found;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ControlPlane.DisposeAsync();
        await Api.DisposeAsync();
    }

    private static Task<ControlPlane> StartControlPlaneAsync(FakeKubernetesApi api, CancellationToken cancellationToken)
    {
        ImmutableArray<IPEndPoint> loopback = [new IPEndPoint(IPAddress.Loopback, 0)];
        return ControlPlane.StartAsync(
            new ControlPlaneOptions
            {
                Client = api.Client,
                PlaintextEndpoints = loopback,
                SecureEndpoints = loopback,
                DebugEndpoints = loopback,
                ServerNames = ["127.0.0.1"],
                DebounceQuiet = TimeSpan.FromMilliseconds(5),
                LoggerFactory = NullLoggerFactory.Instance,
            },
            cancellationToken);
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
