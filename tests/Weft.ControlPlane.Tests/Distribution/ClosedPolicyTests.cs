using System.Text.Json.Nodes;
using Weft.Istio.Security;
using Weft.Kubernetes.Objects;

namespace Weft.ControlPlane.Distribution;

public sealed class ClosedPolicyTests
{
    [Theory]
    [InlineData("""{"action":"DENY","rules":7}""", "DENY", 1)]
    [InlineData("""{"action":"CUSTOM","rules":7}""", "DENY", 1)]
    [InlineData("""{"action":["ALLOW"]}""", "DENY", 1)]
    [InlineData("""[]""", "DENY", 1)]
    [InlineData("""{"action":"ALLOW","rules":[null]}""", "ALLOW", 0)]
    [InlineData("""{"rules":"all"}""", "ALLOW", 0)]
    public void A_policy_that_cannot_be_read_is_closed(string spec, string action, int rules)
    {
        var closed = ClosedPolicies.Of(Policy(spec))!;

        Assert.Equal((action, rules), (closed.Spec.Action, closed.Spec.Rules.Length));
        Assert.Equal("broken", closed.Metadata.Name);
    }

    [Fact]
    public void One_that_only_audits_is_left_out() => Assert.Null(ClosedPolicies.Of(Policy("""{"action":"AUDIT","rules":7}""")));

    [Fact]
    public void What_can_be_read_of_its_selector_holds()
    {
        var closed = ClosedPolicies.Of(Policy("""{"action":"DENY","selector":{"matchLabels":{"app":"cars","version":7}},"rules":7}"""))!;

        Assert.Equal(["app"], closed.Spec.Selector!.MatchLabels.Keys);
    }

    private static UntypedObject Policy(string spec) => new(new JsonObject
    {
        ["apiVersion"] = "security.istio.io/v1",
        ["kind"] = nameof(AuthorizationPolicy),
        ["metadata"] = new JsonObject { ["name"] = "broken", ["namespace"] = "travel-agency" },
        ["spec"] = JsonNode.Parse(spec),
    });
}
