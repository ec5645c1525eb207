using System.Net.Mime;
using System.Text;
using System.Text.Json.Nodes;
using Weft.Api.Recordings;

namespace Weft.Api;

/// <summary>Every endpoint beside Kiali 2.30: the same request over the same cluster and series gives the same answer. Differences on purpose are named in <see cref="Purpose"/>.</summary>
public sealed class RecordedAnswerTests(RecordedWorld world) : IClassFixture<RecordedWorld>
{
    /// <summary>Every answer that is compared here.</summary>
    internal static IEnumerable<string> All => new[] { Lists, WholeMesh, Details, Metrics, Configuration, Status }.SelectMany(group => group).Select(row => row.Data);

    public static TheoryData<string> Lists => RecordedAnswer.Names("bookinfo/list_", "bookinfo/health_");

    public static TheoryData<string> WholeMesh => RecordedAnswer.Names("common/apps_all", "common/workloads_all", "common/services_all", "common/overview_");

    public static TheoryData<string> Details => RecordedAnswer.Names(
        "bookinfo/detail_bookinfo_apps", "bookinfo/detail_bookinfo_workloads", "bookinfo/detail_bookinfo_services", "bookinfo/detail_istio-system",
        "bookinfo/detail_app_", "bookinfo/detail_service_", "bookinfo/detail_workload_", "bookinfo/pod", "bookinfo/post_pod_", "bookinfo/namespaces_bookinfo_info", "bookinfo/namespaces_bookinfo_tls",
        "bookinfo/clusters_tls", "common/clusters_tls", "common/mesh_tls");

    public static TheoryData<string> Metrics => RecordedAnswer.Names(
        "bookinfo/br_", "bookinfo/metrics_", "bookinfo/dashboard_", "bookinfo/ztunnel_", "bookinfo/customdashboard_", "bookinfo/clusters_metrics", "bookinfo/namespace_metrics", "bookinfo/aggregate_metrics",
        "bookinfo/usage_metrics", "bookinfo/controlplane_metrics", "bookinfo/post_stats", "errors/e03", "errors/e04", "errors/e05");

    public static TheoryData<string> Configuration => RecordedAnswer.Names(
        "bookinfo/namespaces_bookinfo_istio", "bookinfo/_cfg", "bookinfo/detail_bookinfo_VirtualService", "bookinfo/detail_bookinfo_DestinationRule", "bookinfo/detail_bookinfo_Gateway",
        "bookinfo/detail_bookinfo_ServiceEntry", "bookinfo/detail_bookinfo_Sidecar", "bookinfo/detail_bookinfo_Workload", "bookinfo/detail_bookinfo_Authorization", "bookinfo/detail_bookinfo_Peer",
        "bookinfo/detail_bookinfo_Request", "bookinfo/detail_bookinfo_Telemetry", "bookinfo/istio_permissions", "common/istio_config", "common/istio_permissions", "common/mesh_", "common/grafana", "common/perses", "common/config_disabled", "common/chat_", "common/logout", "errors/e00", "errors/e01", "errors/e02");

    public static TheoryData<string> Status => RecordedAnswer.Names(
        "common/namespaces", "common/istio_status", "common/auth_info", "common/healthz", "common/authenticate", "common/post_authenticate", "common/tracing", "common/istio_validations",
        "common/api", "common/status", "common/config", "bookinfo/istio_validations", "bookinfo/namespaces_bookinfo_validations");

    [Theory]
    [MemberData(nameof(Status))]
    public Task The_state_of_the_console_is_told_as_by_Kiali(string name) => CompareAsync(name);

    [Theory]
    [MemberData(nameof(Configuration))]
    public Task Configuration_and_the_mesh_are_those_of_Kiali(string name) => CompareAsync(name);

    [Theory]
    [MemberData(nameof(Metrics))]
    public Task Metrics_and_dashboards_are_those_of_Kiali(string name) => CompareAsync(name);

    [Theory]
    [MemberData(nameof(Lists))]
    public Task Lists_and_health_are_those_of_Kiali(string name) => CompareAsync(name);

    [Theory]
    [MemberData(nameof(WholeMesh))]
    public Task What_is_told_of_the_whole_mesh_is_what_Kiali_tells(string name) => CompareAsync(name);

    [Theory]
    [MemberData(nameof(Details))]
    public Task Details_are_those_of_Kiali(string name) => CompareAsync(name);

    private async Task CompareAsync(string name)
    {
        var recorded = RecordedAnswer.All[name];
        using var request = new HttpRequestMessage(new HttpMethod(recorded.Method), Purpose.Url(recorded))
        {
            Content = recorded.RequestBody is { } body ? new StringContent(body, Encoding.UTF8, MediaTypeNames.Application.Json) : null,
        };
        using var response = await world.Client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(Purpose.Status(recorded) == (int)response.StatusCode, $"{(int)response.StatusCode} {text}");
        var differences = JsonComparison.Differences(Purpose.Expected(recorded), Purpose.Comparable(recorded, Body(text)));
        Assert.True(differences.Count == 0, string.Join(Environment.NewLine, differences));
    }

    private static JsonNode? Body(string text) => text.Length == 0 ? "" : text[0] is '{' or '[' or 'n' ? JsonNode.Parse(text) : text;
}
