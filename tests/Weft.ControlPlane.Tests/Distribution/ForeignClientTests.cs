using System.Text.Json.Nodes;
using Weft.ControlPlane.Fakes;

namespace Weft.ControlPlane.Distribution;

/// <summary>xDS clients that are not ours, gRPC without a sidecar, obey what the control plane says of a service with two versions.</summary>
public sealed class ForeignClientTests
{
    private const string Namespace = "travel-agency";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ForeignClient.Javascript)]
    [InlineData(ForeignClient.Python)]
    public async Task Without_configuration_versions_share_evenly(string language)
    {
        await using var mesh = await TestMesh.StartAsync(Cancellation);
        await using var client = await ForeignClient.StartAsync(language, null, Cancellation);
        AddVersions(mesh, client.Port);
        await client.DialAsync(mesh.Plaintext, Cancellation);

        AssertEven(20, await client.CallAsync(20, null, Cancellation));
    }

    [Theory]
    [InlineData(ForeignClient.Javascript)]
    [InlineData(ForeignClient.Python)]
    public async Task Headers_choose_routes_weights_share_and_faults_abort(string language)
    {
        await using var mesh = await TestMesh.StartAsync(Cancellation);
        await using var client = await ForeignClient.StartAsync(language, null, Cancellation);
        AddVersions(mesh, client.Port);
        AddSubsets(mesh, mutualTls: false);
        mesh.Api.Put("apis/networking.istio.io/v1/virtualservices", Namespace, Parse("""
            {"metadata":{"name":"travels"},"spec":{"hosts":["travels"],"http":[
              {"match":[{"headers":{"who":{"exact":"ann"}}}],"route":[{"destination":{"host":"travels","subset":"v2"}}]},
              {"match":[{"headers":{"who":{"exact":"eve"}}}],"fault":{"abort":{"grpcStatus":"UNAVAILABLE","percentage":{"value":100}}},"route":[{"destination":{"host":"travels","subset":"v1"}}],"retries":{"attempts":0}},
              {"route":[{"destination":{"host":"travels","subset":"v1"},"weight":80},{"destination":{"host":"travels","subset":"v2"},"weight":20}]}]}}
            """));
        await client.DialAsync(mesh.Plaintext, Cancellation);

        var chosen = Assert.Single(await client.CallAsync(20, "who=ann", Cancellation));
        Assert.True(chosen.Key == "v2", chosen.Key);
        var aborted = Assert.Single(await client.CallAsync(5, "who=eve", Cancellation));
        Assert.StartsWith("error 14: ", aborted.Key, StringComparison.Ordinal);
        Assert.Equal(5, aborted.Value);
        var shared = await client.CallAsync(300, null, Cancellation);
        // Four standard deviations.
        Assert.InRange(shared["v1"] / 300.0, 0.80 - 0.093, 0.80 + 0.093);
        Assert.Equal(300, shared["v1"] + shared["v2"]);
    }

    [Theory]
    [InlineData(ForeignClient.Javascript)]
    [InlineData(ForeignClient.Python)]
    public async Task Mutual_tls_shows_certificates_and_checks_who_answers(string language)
    {
        using var certificates = new ForeignCertificates("spiffe://cluster.local/ns/travel-agency/sa/travels");
        await using var mesh = await TestMesh.StartAsync(Cancellation);
        await using var client = await ForeignClient.StartAsync(language, certificates.Folder, Cancellation);
        AddVersions(mesh, client.Port);
        AddSubsets(mesh, mutualTls: true);
        await client.DialAsync(mesh.Plaintext, Cancellation);

        AssertEven(20, await client.CallAsync(20, null, Cancellation));
    }

    [Theory]
    [InlineData(ForeignClient.Javascript)]
    [InlineData(ForeignClient.Python)]
    public async Task Mutual_tls_refuses_a_server_of_another_name(string language)
    {
        using var certificates = new ForeignCertificates("spiffe://cluster.local/ns/travel-agency/sa/somebody-else");
        await using var mesh = await TestMesh.StartAsync(Cancellation);
        await using var client = await ForeignClient.StartAsync(language, certificates.Folder, Cancellation);
        AddVersions(mesh, client.Port);
        AddSubsets(mesh, mutualTls: true);
        await client.DialAsync(mesh.Plaintext, Cancellation);

        Assert.StartsWith("error 14: ", Assert.Single(await client.CallAsync(1, null, Cancellation)).Key, StringComparison.Ordinal);
    }

    /// <summary>In turn, but for the first calls: one version is connected to before the other.</summary>
    private static void AssertEven(int calls, IReadOnlyDictionary<string, int> answers)
    {
        Assert.Equal(["v1", "v2"], answers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(calls, answers.Values.Sum());
        Assert.All(answers.Values, count => Assert.InRange(count, calls / 4, calls * 3 / 4));
    }

    /// <summary>The service travels with a pod of each version, at 127.0.0.1 and 127.0.0.2.</summary>
    private static void AddVersions(TestMesh mesh, int port)
    {
        mesh.Api.Put("api/v1/services", Namespace, Parse("""
            {"metadata":{"name":"travels"},"spec":{"clusterIP":"127.1.128.7","selector":{"app":"travels"},"ports":[{"name":"grpc","port":8000,"protocol":"TCP"}]}}
            """));
        foreach (var number in (int[])[1, 2])
        {
            mesh.Api.Put("api/v1/pods", Namespace, Parse($$$"""
                {"metadata":{"name":"travels-v{{{number}}}","labels":{"app":"travels","version":"v{{{number}}}"}},"spec":{"serviceAccountName":"travels","containers":[]},
                 "status":{"phase":"Running","podIP":"127.0.0.{{{number}}}","podIPs":[{"ip":"127.0.0.{{{number}}}"}]}}
                """));
        }

        mesh.Api.Put("apis/discovery.k8s.io/v1/endpointslices", Namespace, Parse($$$"""
            {"metadata":{"name":"travels-1","labels":{"kubernetes.io/service-name":"travels"}},"addressType":"IPv4","ports":[{"name":"grpc","port":{{{port}}},"protocol":"TCP"}],"endpoints":[
              {"addresses":["127.0.0.1"],"conditions":{"ready":true},"targetRef":{"kind":"Pod","name":"travels-v1","namespace":"travel-agency"}},
              {"addresses":["127.0.0.2"],"conditions":{"ready":true},"targetRef":{"kind":"Pod","name":"travels-v2","namespace":"travel-agency"}}]}
            """));
    }

    private static void AddSubsets(TestMesh mesh, bool mutualTls) =>
        mesh.Api.Put("apis/networking.istio.io/v1/destinationrules", Namespace, Parse($$$"""
            {"metadata":{"name":"travels"},"spec":{"host":"travels",{{{(mutualTls ? "\"trafficPolicy\":{\"tls\":{\"mode\":\"ISTIO_MUTUAL\"}}," : "")}}}
             "subsets":[{"name":"v1","labels":{"version":"v1"}},{"name":"v2","labels":{"version":"v2"}}]}}
            """));

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
