using System.Net;
using System.Text.Json.Nodes;
using Weft.Api.Recordings;
using Weft.Console.Settings;

namespace Weft.Api.Config;

/// <summary>The console over the recorded mesh, with a configuration file.</summary>
public sealed class ConfiguredWorld : RecordedWorld
{
    // Nobody listens at port 1: Grafana is configured and does not answer.
    protected override ConsoleSettings Settings { get; } = SettingsReader.Read("""
        installation_tag: East
        deployment: {view_only_mode: true}
        external_services:
          grafana: {enabled: true, external_url: "http://127.0.0.1:1/grafana"}
        kiali_feature_flags:
          disabled_features: [logs-tab]
          ui_defaults:
            graph: {find_options: [{description: a, expression: b, auto_select: true}]}
            list: {include_health: false}
            metrics_outbound: {aggregations: [{display_name: Network, label: network, single_selection: true}]}
            namespaces: [bookinfo, travel-agency]
          validations: {ignore: []}
        health_config:
          rate:
          - {namespace: bookinfo, kind: service, tolerance: [{code: "5XX", degraded: 90, failure: 95, protocol: http}]}
        """);
}

/// <summary>What the configuration says is what the API answers.</summary>
public sealed class ConfiguredConsoleTests(ConfiguredWorld world) : IClassFixture<ConfiguredWorld>
{
    [Fact]
    public async Task The_public_configuration_is_the_one_that_was_read()
    {
        var config = await GetAsync("/api/config");
        var (flags, defaults) = (config["kialiFeatureFlags"]!, config["kialiFeatureFlags"]!["uiDefaults"]!);
        Assert.Equal("East", config["installationTag"]!.ToString());
        Assert.Equal("""["logs-tab"]""", flags["disabledFeatures"]!.ToJsonString());
        Assert.Equal("""{"SkipWildcardGatewayHosts":false,"ignore":[]}""", Sorted(flags["validations"]!));
        Assert.Equal("""[{"description":"a","expression":"b","autoSelect":true}]""", defaults["graph"]!["findOptions"]!.ToJsonString());
        Assert.Equal("""{"aggregations":[{"displayName":"Network","label":"network","singleSelection":true}]}""", defaults["metricsOutbound"]!.ToJsonString());
        Assert.Equal("{}", defaults["metricsInbound"]!.ToJsonString());
        Assert.Equal("""["bookinfo","travel-agency"]""", defaults["namespaces"]!.ToJsonString());
        Assert.False(defaults["list"]!["includeHealth"]!.GetValue<bool>());
        Assert.Equal(90, config["healthConfig"]!["rate"]![0]!["tolerance"]![0]!["degraded"]!.GetValue<double>());
    }

    [Fact]
    public async Task Grafana_that_does_not_answer_is_told_wherever_it_is_shown()
    {
        Assert.Equal("Grafana does not answer at http://127.0.0.1:1", (await GetAsync("/api/grafana", HttpStatusCode.ServiceUnavailable))["error"]!.ToString());
        Assert.Contains((await GetAsync("/api/istio/status")).AsArray(), part => part!["name"]!.ToString() == "grafana" && part["status"]!.ToString() == "Unreachable");
        Assert.Contains((await GetAsync("/api/status"))["externalServices"]!.AsArray(), service => service!["name"]!.ToString() == "Grafana" && service["url"]!.ToString() == "http://127.0.0.1:1/grafana");
        Assert.Contains((await GetAsync("/api/mesh/graph"))["elements"]!["nodes"]!.AsArray(), node => node!["data"]!["infraType"]?.ToString() == "grafana" && node["data"]!["healthData"]!.ToString() == "Unreachable");
    }

    [Fact]
    public async Task Logs_that_are_switched_off_are_not_read() =>
        Assert.Contains("logs-tab", (await GetAsync("/api/namespaces/bookinfo/pods/nope/logs", HttpStatusCode.Forbidden))["error"]!.ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task In_view_only_mode_no_address_is_tried()
    {
        using var content = new StringContent("""{"provider":"jaeger","internal_url":"http://127.0.0.1:1"}""");
        using var response = await world.Client.PostAsync(new Uri("/api/tracing/check", UriKind.Relative), content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Health_is_judged_by_the_configured_tolerances()
    {
        var services = (await GetAsync("/api/clusters/health?namespaces=bookinfo&type=service&queryTime=1795234400"))["namespaceServiceHealth"]!["bookinfo"]!;
        Assert.Equal("Healthy", services["reviews"]!["status"]!["status"]!.ToString());
        Assert.Equal("Healthy", services["ratings"]!["status"]!["status"]!.ToString());
    }

    private static string Sorted(JsonNode node) => new JsonObject(node.AsObject().OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))).ToJsonString();

    private async Task<JsonNode> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await world.Client.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(expected == response.StatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
