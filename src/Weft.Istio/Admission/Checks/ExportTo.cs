namespace Weft.Istio.Admission.Checks;

/// <summary>The namespaces that an object is visible in.</summary>
internal static class ExportTo
{
    private const string Public = "*";
    private const string Private = ".";
    private const string Nobody = "~";

    /// <param name="mayBeHidden">The object may be visible to nobody: a ServiceEntry.</param>
    /// <param name="staysAtHome">The object holds in its own namespace alone: a DestinationRule that selects clients.</param>
    public static Findings Check(ConfigObject item, bool mayBeHidden = false, bool staysAtHome = false)
    {
        var findings = new Findings();
        var entries = item.Spec.Texts("exportTo");
        var seen = new HashSet<string>();
        foreach (var entry in entries)
        {
            var key = entry == Private ? item.Namespace : entry;
            if (seen.Contains(key))
            {
                findings.Error(key == entry ? $"duplicate entries in exportTo for entry {entry}" : $"duplicate entries in exportTo: . and current namespace {key}");
            }
            else if (Problem(key, mayBeHidden) is { } problem)
            {
                findings.Error(problem);
            }
            else
            {
                seen.Add(key);
            }
        }

        if (staysAtHome && seen.Count > 0)
        {
            findings.ErrorIf(!seen.Contains(item.Namespace), "destination rule with workload selector cannot have exportTo beyond current namespace");
            findings.ErrorIf(seen.Contains(item.Namespace) && seen.Count > 1, "destination rule with workload selector cannot have multiple entries in exportTo");
        }

        findings.ErrorIf(seen.Contains(Public) && entries.Count > 1, "cannot have both public (*) and non-public exportTo values for a resource");
        findings.ErrorIf(seen.Contains(Nobody) && entries.Count > 1, "cannot export service entry to no one (~) and someone");
        return findings;
    }

    private static string? Problem(string entry, bool mayBeHidden) => entry switch
    {
        Public => null,
        Nobody => mayBeHidden ? null : "exportTo ~ (none) is not allowed for Istio configuration objects",
        _ => Hosts.IsLabel(entry) ? null : "only .,*, or a valid DNS 1123 label is allowed as exportTo entry",
    };
}
