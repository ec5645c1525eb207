using System.Text.Json.Nodes;
using Weft.ApiServer.Stories;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Security;

public sealed class AuthorizerTests
{
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1";

    [Fact]
    public async Task An_applications_account_reads_nothing_but_what_the_server_is()
    {
        await using var server = await RunningServer.StartAsync();
        using var application = await ApplicationAsync(server);
        string[] closed = ["/api/v1/namespaces/default/pods", "/api/v1/namespaces/default/configmaps/kube-root-ca.crt", "/api/v1/secrets", "/apis/networking.istio.io/v1/virtualservices", "/metrics"];
        string[] open = ["/apis", "/version", "/healthz", "/.well-known/openid-configuration"];

        foreach (var path in closed) Assert.Equal((path, 403), (path, await CodeAsync(application, path)));
        foreach (var path in open) Assert.Equal((path, 200), (path, await CodeAsync(application, path)));
    }

    [Fact]
    public async Task An_account_gets_what_a_binding_gives_it()
    {
        await using var server = await RunningServer.StartAsync();
        using var application = await ApplicationAsync(server);
        await server.SendAsync("POST", $"{Roles}/clusterrolebindings", """{"metadata":{"name":"b"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"system:serviceaccounts:default"}]}""");

        Assert.Equal(200, await CodeAsync(application, "/api/v1/pods"));
        Assert.Equal(403, await CodeAsync(application, "/api/v1/secrets"));
    }

    [Fact]
    public async Task Whoever_may_impersonate_an_account_has_its_groups()
    {
        await using var server = await RunningServer.StartAsync();
        server.Client.DefaultRequestHeaders.Add("Impersonate-User", "system:serviceaccount:default:default");
        var (code, review) = await server.SendAsync("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");

        Assert.Equal(201, code);
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"], review["status"]!["userInfo"]!["groups"]!.AsArray().Select(g => g!.ToString()));
    }

    [Fact]
    public async Task A_binding_gives_what_its_role_says_where_it_says_until_it_is_gone()
    {
        await using var server = await RunningServer.StartAsync();
        using var viewer = server.CreateClient(ViewerCertificate.Issue(server));
        Assert.Equal(403, await CodeAsync(viewer, "/api/v1/namespaces/default/configmaps"));

        await server.SendAsync("POST", $"{Roles}/namespaces/default/rolebindings", """{"metadata":{"name":"b"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"view"},"subjects":[{"kind":"Group","apiGroup":"rbac.authorization.k8s.io","name":"viewers"}]}""");
        Assert.Equal(200, await CodeAsync(viewer, "/api/v1/namespaces/default/configmaps"));
        Assert.Equal(403, await CodeAsync(viewer, "/api/v1/namespaces/default/secrets"));
        Assert.Equal(403, await CodeAsync(viewer, "/api/v1/namespaces/kube-system/configmaps"));
        Assert.Equal(403, await CodeAsync(viewer, "/api/v1/configmaps"));

        await server.SendAsync("DELETE", $"{Roles}/namespaces/default/rolebindings/b");
        Assert.Equal(403, await CodeAsync(viewer, "/api/v1/namespaces/default/configmaps"));
    }

    [Fact]
    public async Task A_review_names_the_binding_that_allows()
    {
        await using var server = await RunningServer.StartAsync();
        await server.SendAsync("POST", $"{Roles}/clusterroles", """{"metadata":{"name":"one"},"rules":[{"apiGroups":["apps"],"resources":["deployments"],"resourceNames":["web"],"verbs":["patch"]}]}""");
        await server.SendAsync("POST", $"{Roles}/clusterrolebindings", """{"metadata":{"name":"ones"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"one"},"subjects":[{"kind":"User","apiGroup":"rbac.authorization.k8s.io","name":"ann"}]}""");
        Assert.Equal("RBAC: allowed by ClusterRoleBinding \"ones\" of ClusterRole \"one\" to User \"ann\"", (await ReviewAsync("web"))["reason"]!.ToString());
        Assert.False((await ReviewAsync("other"))["allowed"]!.GetValue<bool>());

        async Task<JsonObject> ReviewAsync(string name)
        {
            var (_, review) = await server.SendAsync("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", $$$"""{"spec":{"user":"ann","resourceAttributes":{"verb":"patch","group":"apps","resource":"deployments","namespace":"x","name":"{{{name}}}"} } }""");
            return review["status"]!.AsObject();
        }
    }

    private static async Task<int> CodeAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private static async Task<HttpClient> ApplicationAsync(RunningServer server)
    {
        var (_, issued) = await server.SendAsync("POST", "/api/v1/namespaces/default/serviceaccounts/default/token", "{}");
        var client = server.CreateClient(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", issued["status"]!["token"]!.ToString());
        return client;
    }
}
