using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Weft.ApiServer.Storage;
using Weft.ApiServer.Stories;
using Weft.ApiServer.Support;

namespace Weft.ApiServer.Security;

public sealed class AuthorizerTests
{
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1";


    private static readonly UserIdentity Pod = new(UserIdentity.ServiceAccountPrefix + "default:default", "", []);

    [Theory]
    [InlineData("get", "pods", "", true)]
    [InlineData("get", "pods", "log", true)]
    [InlineData("get", "secrets", "", false)]
    [InlineData("create", "pods", "", false)]
    [InlineData("get", "pods", "exec", false)]
    [InlineData("get", "pods", "attach", false)]
    [InlineData("get", "pods", "portforward", false)]
    public Task A_pods_service_account_reads_and_opens_no_streams(string verb, string resource, string subresource, bool allowed) =>
        WithAuthorizerAsync([], authorizer => Assert.Equal(allowed, authorizer.Allows(Pod, new AccessAttributes(verb, "", resource, subresource, "default", "web"))));

    [Fact]
    public Task A_trusted_service_account_may_run_commands() =>
        WithAuthorizerAsync(["default/default"], authorizer => Assert.True(authorizer.Allows(Pod, new AccessAttributes("get", "", "pods", "exec", "default", "web"))));

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

    private static async Task WithAuthorizerAsync(string[] trusted, Action<Authorizer> check)
    {
        var folder = Directory.CreateTempSubdirectory("weft-authorizer-");
        await using (var store = ObjectStore.Open(Path.Combine(folder.FullName, "objects.db"), NullLogger<ObjectStore>.Instance)) check(new Authorizer(trusted, new RoleRules(store)));
        folder.Delete(recursive: true);
    }
}
