using System.Globalization;
using Envoy.Config.Rbac.V3;
using Weft.Istio.Mesh;
using Weft.Istio.Security;

namespace Weft.ControlPlane.Generation.Authorization;

/// <summary>
/// Rules of policies as Envoy's. Where a condition cannot be checked (HTTP fields and tokens on a TCP port),
/// an allowing rule is dropped and a denying one loses only that condition: it never lets more through than was asked.
/// </summary>
internal sealed class PolicyTranslation(MeshConfig mesh, bool isHttp)
{
    public IEnumerable<(string Name, Policy Policy)> Translate(AuthorizationPolicy policy, RBAC.Types.Action action)
    {
        if (policy.Spec.Rules.Length == 0)
        {
            yield return (NameOf(policy, 0), Never());
        }

        for (var index = 0; index < policy.Spec.Rules.Length; index++)
        {
            if (Translate(policy, policy.Spec.Rules[index], action) is { } translated)
            {
                yield return (NameOf(policy, index), translated);
            }
        }
    }

    private static string NameOf(AuthorizationPolicy policy, int rule) =>
        string.Create(CultureInfo.InvariantCulture, $"ns[{policy.Metadata.Namespace}]-policy[{policy.Metadata.Name}]-rule[{rule}]");

    private static Policy Never() => new()
    {
        Permissions = { new Permission { NotRule = new Permission { Any = true } } },
        Principals = { new Principal { NotId = new Principal { Any = true } } },
    };

    private Policy? Translate(AuthorizationPolicy policy, AuthorizationRule rule, RBAC.Types.Action action)
    {
        var sources = rule.From.Length == 0 ? [new RuleFrom()] : rule.From;
        var operations = rule.To.Length == 0 ? [new RuleTo()] : rule.To;
        var principals = new SourceConditions(mesh, isHttp, policy.Metadata.Namespace ?? "");
        var permissions = new OperationConditions(isHttp);
        var result = new Policy();
        foreach (var source in sources)
        {
            result.Principals.Add(principals.Of(source.Source, rule.When));
        }

        foreach (var operation in operations)
        {
            result.Permissions.Add(permissions.Of(operation.Operation, rule.When));
        }

        var isWhole = principals.IsComplete && permissions.IsComplete;
        return isWhole || action != RBAC.Types.Action.Allow ? result : null;
    }
}
