using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>WorkloadGroup. Its template lacks what is filled in for each workload.</summary>
internal static class WorkloadGroupRules
{
    private static readonly string[] s_counts = ["periodSeconds", "initialDelaySeconds", "timeoutSeconds", "successThreshold", "failureThreshold"];

    public static Findings Check(ConfigObject item)
    {
        var findings = new Findings();
        if (!item.Spec.Message("template").Exists)
        {
            findings.Error("template is required");
            return findings;
        }

        if (Labels.Check(item.Spec.Message("metadata").TextMap("labels")).ErrorText() is { } problem)
        {
            findings.Error($"invalid labels: {problem}");
            return findings;
        }

        if (item.Spec.Message("probe") is { Exists: true } probe)
        {
            CheckProbe(probe, findings);
        }

        return findings;
    }

    private static void CheckProbe(Spec probe, Findings findings)
    {
        foreach (var field in s_counts)
        {
            findings.ErrorIf(probe.Number(field) < 0, $"{field} must be non-negative");
        }

        if (probe.Message("httpGet") is { Exists: true } http)
        {
            findings.Error(Values.Port(http.Number("port")));
            findings.ErrorIf(http.Text("scheme") is not ("" or "HTTP" or "HTTPS"), "httpGet.scheme must be one of \"HTTPS\", \"HTTP\"");
            foreach (var header in http.Messages("httpHeaders"))
            {
                findings.Error(header.Exists ? Headers.Plain(header.Text("name")) : "invalid nil header");
            }
        }
        else if (probe.Message("tcpSocket") is { Exists: true } tcp)
        {
            findings.Error(Values.Port(tcp.Number("port")));
        }
        else if (probe.Message("grpc") is { Exists: true } grpc)
        {
            findings.Error(Values.Port(grpc.Number("port")));
        }
        else if (probe.Message("exec") is { Exists: true } exec)
        {
            findings.ErrorIf(!exec.Has("command"), "exec.command is required");
        }
        else
        {
            findings.Error("unknown health check method <nil>");
        }
    }
}
