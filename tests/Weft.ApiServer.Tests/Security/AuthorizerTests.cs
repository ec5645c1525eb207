namespace Weft.ApiServer.Security;

public sealed class AuthorizerTests
{
    private static readonly UserIdentity Pod = new(UserIdentity.ServiceAccountPrefix + "default:default", "", []);

    [Theory]
    [InlineData("get", "pods", "", true)]
    [InlineData("get", "pods", "log", true)]
    [InlineData("get", "secrets", "", false)]
    [InlineData("create", "pods", "", false)]
    [InlineData("get", "pods", "exec", false)]
    [InlineData("get", "pods", "attach", false)]
    [InlineData("get", "pods", "portforward", false)]
    public void A_pods_service_account_reads_and_opens_no_streams(string verb, string resource, string subresource, bool allowed) =>
        Assert.Equal(allowed, new Authorizer([]).Allows(Pod, new AccessAttributes(verb, "", resource, subresource, "default", "web")));

    [Fact]
    public void A_trusted_service_account_may_run_commands() =>
        Assert.True(new Authorizer(["default/default"]).Allows(Pod, new AccessAttributes("get", "", "pods", "exec", "default", "web")));
}
