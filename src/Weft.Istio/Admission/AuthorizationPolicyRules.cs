using System.Globalization;
using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>AuthorizationPolicy.</summary>
internal static class AuthorizationPolicyRules
{
    private const string WithoutRules = " action without `rules` is meaningless as it will never be triggered, add an empty rule `{}` if you want it be triggered for every request";

    private static readonly string[] s_principalFields =
        ["namespaces", "notNamespaces", "serviceAccounts", "notServiceAccounts", "principals", "notPrincipals", "requestPrincipals", "notRequestPrincipals"];

    private static readonly string[] s_operationFields = ["ports", "methods", "paths", "hosts", "notPorts", "notMethods", "notPaths", "notHosts"];

    public static Findings Check(ConfigObject item)
    {
        var findings = Labels.CheckAttachment(item.Spec);
        var action = item.Spec.Text("action") is { Length: > 0 } given ? given : "ALLOW";
        var rules = item.Spec.Messages("rules");
        if (action == "CUSTOM")
        {
            CheckCustom(item.Spec, rules, findings);
        }

        findings.ErrorIf(item.Spec.Message("provider").Exists && action != "CUSTOM", $"`provider` must not be with non CUSTOM action, found {action}");
        findings.ErrorIf(action == "DENY" && rules.Count == 0, $"DENY{WithoutRules}");
        for (var i = 0; i < rules.Count; i++)
        {
            CheckRule(rules[i], i, action, findings);
        }

        findings.PrefixErrors($"invalid policy {item.Name}.{item.Namespace}:");
        return findings;
    }

    /// <summary>An external authorizer is asked before who calls is known.</summary>
    private static void CheckCustom(Spec spec, IReadOnlyList<Spec> rules, Findings findings)
    {
        findings.Error(rules.Count == 0 ? $"CUSTOM{WithoutRules}" : spec.Message("provider").Text("name").Length == 0 ? "`provider.name` must not be empty" : null);
        foreach (var rule in rules)
        {
            foreach (var source in rule.Messages("from").Select(from => from.Message("source")))
            {
                foreach (var field in s_principalFields.Where(source.Has))
                {
                    findings.Error($"From.{Capital(field)} is currently not supported with CUSTOM action");
                }
            }

            foreach (var when in rule.Messages("when"))
            {
                var key = when.Text("key");
                var needsIdentity = key is "source.namespace" or "source.serviceAccount" or "source.principal" || key.StartsWith("request.auth.", StringComparison.Ordinal);
                findings.Error(!when.Exists ? "when field cannot be nil" : needsIdentity ? $"{key} is currently not supported with CUSTOM action" : null);
            }
        }
    }

    private static void CheckRule(Spec rule, int index, string action, Findings findings)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"found at rule {index}");
        if (!rule.Exists)
        {
            findings.Error($"`rule` must not be nil, {at}");
            return;
        }

        foreach (var from in rule.Messages("from"))
        {
            var source = from.Message("source");
            findings.Error(!from.Exists ? $"`from` must not be nil, {at}" : !source.Exists ? $"`from.source` must not be nil, {at}" : null);
            if (source.Exists)
            {
                AuthorizationSources.Check(source, at, findings);
            }
        }

        foreach (var to in rule.Messages("to"))
        {
            var operation = to.Message("operation");
            findings.Error(!to.Exists ? $"`to` must not be nil, {at}" : !operation.Exists ? $"`to.operation` must not be nil, {at}" : null);
            if (operation.Exists)
            {
                CheckOperation(operation, at, findings);
            }
        }

        foreach (var condition in rule.Messages("when"))
        {
            AuthorizationAttributes.CheckCondition(condition, findings);
        }

        if (action == "DENY")
        {
            WarnOfTcp(rule, findings);
        }
    }

    private static void CheckOperation(Spec operation, string at, Findings findings)
    {
        findings.ErrorIf(!s_operationFields.Any(operation.Has), $"`to.operation` must not be empty, {at}");
        findings.Add(AuthorizationAttributes.CheckPorts(operation.Texts("ports")));
        findings.Add(AuthorizationAttributes.CheckPorts(operation.Texts("notPorts")));
        foreach (var field in s_operationFields)
        {
            findings.Error(AuthorizationAttributes.EmptyValue(Capital(field), operation.Texts(field)));
        }

        findings.Error(AuthorizationPaths.Problem("Paths", operation.Texts("paths")));
        findings.Error(AuthorizationPaths.Problem("NotPaths", operation.Texts("notPaths")));
    }

    /// <summary>On TCP ports what only HTTP knows is left out of a DENY rule, which then denies more.</summary>
    private static void WarnOfTcp(Spec rule, Findings findings)
    {
        var sources = rule.Messages("from").Select(from => from.Message("source")).Where(source => source.Exists).ToList();
        var operations = rule.Messages("to").Select(to => to.Message("operation")).Where(operation => operation.Exists).ToList();
        var knowsTcpSource = sources.Any(AuthorizationSources.HoldsForTcp);
        var knowsTcpOperation = operations.Any(operation => operation.Has("ports") || operation.Has("notPorts"));
        if ((sources.Count > 0 && operations.Count == 0 && !knowsTcpSource) || (operations.Count > 0 && !knowsTcpOperation))
        {
            findings.Warning("configured AuthorizationPolicy will deny all traffic to TCP ports under its scope due to the use of only HTTP attributes in a DENY rule; it is recommended to explicitly specify the port");
        }
    }

    private static string Capital(string field) => char.ToUpperInvariant(field[0]) + field[1..];
}
