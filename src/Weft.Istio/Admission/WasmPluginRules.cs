using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>WasmPlugin. It is kept for tools that read it; no proxy of ours runs it, which the writer is told.</summary>
internal static class WasmPluginRules
{
    private const int LongestSecret = 253;
    private const int LongestName = 256;

    public static Findings Check(ConfigObject item)
    {
        var spec = item.Spec;
        var findings = Labels.CheckAttachment(spec);
        findings.Error(Url(spec.Text("url")));
        findings.Error(Digest(spec.Text("sha256")));
        findings.ErrorIf(spec.Text("imagePullSecret").Length > LongestSecret, "imagePullSecret field must be less than 253 characters long");
        findings.ErrorIf(spec.Text("pluginName").Length > LongestName, "pluginName field must be less than 255 characters long");
        findings.Error(Environment(spec.Message("vmConfig").Messages("env")));
        findings.Error(Ports(spec.Messages("match")));
        findings.Warning(NotEnforced.Warning(item.Kind));
        return findings;
    }

    private static string? Url(string url)
    {
        if (url.Length == 0)
        {
            return "url field needs to be set";
        }

        var end = url.IndexOf("://", StringComparison.Ordinal);
        var scheme = end < 0 ? "" : url[..end];
        return scheme is "" or "file" or "http" or "https" or "oci" ? null : $"url contains unsupported scheme: {scheme}";
    }

    private static string? Digest(string digest) =>
        digest.Length is not (0 or 64) ? "sha256 field must be 64 characters long"
        : digest.Any(c => c is not (>= 'a' and <= 'f' or >= '0' and <= '9')) ? "sha256 field must match [a-f0-9]{64} pattern"
        : null;

    private static string? Environment(IReadOnlyList<Spec> variables)
    {
        var names = new HashSet<string>();
        foreach (var variable in variables.Where(variable => variable.Exists))
        {
            var name = variable.Text("name");
            var problem = name.Length == 0 ? "spec.vmConfig.env invalid"
                : name.Length > LongestName ? "env.name field must be less than 255 characters long"
                : !names.Add(name) ? "duplicate env"
                : variable.Text("valueFrom") == "HOST" && variable.Text("value").Length > 0 ? "value may only be set when valueFrom is INLINE"
                : null;
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    private static string? Ports(IReadOnlyList<Spec> selectors)
    {
        for (var i = 0; i < selectors.Count; i++)
        {
            var ports = selectors[i].Messages("ports");
            for (var j = 0; j < ports.Count; j++)
            {
                if (ports[j].Number("number") is <= 0 or > 65535)
                {
                    return System.FormattableString.Invariant($"spec.Match[{i}].Ports[{j}] is out of range: {ports[j].Number("number")}");
                }
            }
        }

        return null;
    }
}
