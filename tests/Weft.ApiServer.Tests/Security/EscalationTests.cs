using System.Text.Json.Nodes;
using Weft.ApiServer.Stories;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Security;

/// <summary>Nobody gives rights that he has not; the words are kube-apiserver's.</summary>
public sealed class EscalationTests
{
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
    private const string InDefault = $"{Rbac}/namespaces/default";
    private const string Who = """user "viewer" (groups=["viewers" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:""";

    [Fact]
    public async Task A_role_with_rights_that_its_writer_has_not_is_refused_with_what_is_missing()
    {
        await using var server = await RunningServer.StartAsync();
        using var viewer = await ViewerAsync(server, Rule("rbac.authorization.k8s.io", "roles", "create", "update", "patch"), Rule("", "pods", "get"));

        var (code, message) = await SendAsync(viewer, HttpMethod.Post, $"{InDefault}/roles", Role("r", Rule("", "pods", "get", "list", "watch"), Rule("", "secrets", "get"), Rule("apps", "deployments/scale", "update")));

        Assert.Equal(403, code);
        Assert.Equal(
            "roles.rbac.authorization.k8s.io \"r\" is forbidden: " + Who + """

            {APIGroups:[""], Resources:["pods"], Verbs:["list" "watch"]}
            {APIGroups:[""], Resources:["secrets"], Verbs:["get"]}
            {APIGroups:["apps"], Resources:["deployments/scale"], Verbs:["update"]}
            """,
            message);
        Assert.Equal(201, (await SendAsync(viewer, HttpMethod.Post, $"{InDefault}/roles", Role("r", Rule("", "pods", "get")))).Code);
        Assert.Equal(403, (await SendAsync(viewer, HttpMethod.Put, $"{InDefault}/roles/r", Role("r", Rule("", "pods", "get", "delete")))).Code);
    }

    [Fact]
    public async Task A_binding_to_a_role_that_its_writer_has_not_is_refused_until_he_may_bind_it()
    {
        await using var server = await RunningServer.StartAsync();
        using var viewer = await ViewerAsync(server, Rule("rbac.authorization.k8s.io", "rolebindings", "create"));

        var (code, message) = await SendAsync(viewer, HttpMethod.Post, $"{InDefault}/rolebindings", Binding("b", "cluster-admin"));
        Assert.Equal(403, code);
        Assert.Equal(
            "rolebindings.rbac.authorization.k8s.io \"b\" is forbidden: " + Who + """

            {APIGroups:["*"], Resources:["*"], Verbs:["*"]}
            {NonResourceURLs:["*"], Verbs:["*"]}
            """,
            message);
        var (missing, unknown) = await SendAsync(viewer, HttpMethod.Post, $"{InDefault}/rolebindings", Binding("b", "nobody"));
        Assert.Equal((404, "clusterroles.rbac.authorization.k8s.io \"nobody\" not found"), (missing, unknown));

        await server.SendAsync("PUT", $"{Rbac}/clusterroles/given", Role("given", Rule("rbac.authorization.k8s.io", "rolebindings", "create"), Rule("rbac.authorization.k8s.io", "clusterroles", "bind")));
        Assert.Equal(201, (await SendAsync(viewer, HttpMethod.Post, $"{InDefault}/rolebindings", Binding("b", "cluster-admin"))).Code);
    }

    [Fact]
    public async Task Who_may_escalate_writes_any_role_but_no_binding()
    {
        await using var server = await RunningServer.StartAsync();
        using var viewer = await ViewerAsync(server, Rule("rbac.authorization.k8s.io", "clusterroles", "create", "escalate"), Rule("rbac.authorization.k8s.io", "clusterrolebindings", "create"));

        Assert.Equal(201, (await SendAsync(viewer, HttpMethod.Post, $"{Rbac}/clusterroles", Role("all", Rule("*", "*", "*")))).Code);
        Assert.Equal(403, (await SendAsync(viewer, HttpMethod.Post, $"{Rbac}/clusterrolebindings", Binding("all", "all"))).Code);
    }

    [Fact]
    public async Task A_role_that_aggregates_is_written_by_administrators_alone()
    {
        await using var server = await RunningServer.StartAsync();
        using var viewer = await ViewerAsync(server, Rule("rbac.authorization.k8s.io", "clusterroles", "create"));

        var (code, message) = await SendAsync(viewer, HttpMethod.Post, $"{Rbac}/clusterroles", """{"metadata":{"name":"sum"},"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"a":"b"}}]}}""");

        Assert.Equal((403, "clusterroles.rbac.authorization.k8s.io \"sum\" is forbidden: must have cluster-admin privileges to use the aggregationRule"), (code, message));
    }

    [Fact]
    public async Task A_role_labelled_for_view_is_in_view_and_in_all_that_view_is_in()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", $"{Rbac}/clusterroles", """{"metadata":{"name":"weft-view","labels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"}},"rules":[{"apiGroups":["networking.istio.io"],"resources":["virtualservices"],"verbs":["get"]}]}""");
        foreach (var role in new[] { "view", "edit", "admin" }) await UntilAsync(server, role, has: true);

        await server.SendAsync("DELETE", $"{Rbac}/clusterroles/weft-view");
        foreach (var role in new[] { "view", "edit", "admin" }) await UntilAsync(server, role, has: false);
        var (_, admin) = await server.SendAsync("GET", $"{Rbac}/clusterroles/admin");
        Assert.Contains(admin["rules"]!.AsArray(), rule => rule!["resources"]!.AsArray().Any(r => r!.ToString() == "rolebindings"));
    }

    [Fact]
    public async Task An_aggregation_without_selectors_is_refused()
    {
        await using var server = await RunningServer.StartAsync(o => o with { RunControllers = false });
        var (code, body) = await server.SendAsync("POST", $"{Rbac}/clusterroles", """{"metadata":{"name":"sum"},"aggregationRule":{}}""");

        Assert.Equal(422, code);
        Assert.Equal("ClusterRole.rbac.authorization.k8s.io \"sum\" is invalid: aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil", body["message"]!.ToString());
    }

    private static async Task UntilAsync(RunningServer server, string role, bool has)
    {
        while (true)
        {
            var (_, body) = await server.SendAsync("GET", $"{Rbac}/clusterroles/{role}");
            if (body["rules"]!.AsArray().Any(rule => rule!["resources"]?[0]?.ToString() == "virtualservices") == has) return;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The user `viewer`, whom a role of these rules is bound to in the whole cluster.</summary>
    private static async Task<HttpClient> ViewerAsync(RunningServer server, params JsonObject[] rules)
    {
        await server.SendAsync("POST", $"{Rbac}/clusterroles", Role("given", rules));
        await server.SendAsync("POST", $"{Rbac}/clusterrolebindings", Binding("given", "given"));
        return server.CreateClient(ViewerCertificate.Issue(server));
    }

    private static JsonObject Rule(string group, string resource, params string[] verbs) =>
        new() { ["apiGroups"] = new JsonArray(group), ["resources"] = new JsonArray(resource), ["verbs"] = new JsonArray([.. verbs.Select(v => (JsonNode)v)]) };

    private static string Role(string name, params JsonObject[] rules) =>
        new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["rules"] = new JsonArray([.. rules]) }.ToJsonString();

    private static string Binding(string name, string role) =>
        $$"""{"metadata":{"name":"{{name}}"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{role}}"},"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"viewer"}]}""";

    private static async Task<(int Code, string Message)> SendAsync(HttpClient client, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return ((int)response.StatusCode, answer?["message"]?.ToString() ?? "");
    }
}
