using Weft.Istio.Admission.Checks;

namespace Weft.Istio.Admission;

/// <summary>The egress listeners of a Sidecar: their ports, and the hosts that are seen through them.</summary>
internal static class SidecarEgressRules
{
    public static void Check(ConfigObject item, Findings findings)
    {
        var listeners = item.Spec.Messages("egress");
        var ports = new HashSet<double>();
        var sockets = new HashSet<string>();
        for (var i = 0; i < listeners.Count; i++)
        {
            if (!listeners[i].Exists)
            {
                findings.Error("egress listener may not be null");
                continue;
            }

            if (listeners[i].Message("port").Exists)
            {
                CheckPort(listeners[i], ports, sockets, findings);
            }
            else
            {
                findings.ErrorIf(i < listeners.Count - 1, "sidecar: the egress listener with empty port should be the last listener in the list");
            }

            CheckHosts(listeners[i].Texts("hosts"), item.Namespace, findings);
        }
    }

    private static void CheckPort(Spec listener, HashSet<double> ports, HashSet<string> sockets, Findings findings)
    {
        var (port, bind) = (listener.Message("port"), listener.Text("bind"));
        findings.ErrorIf(port.Number("targetPort") > 0, "targetPort has no impact on Sidecars");
        if (port.Number("number") != 0)
        {
            SidecarRules.CheckPort(port, bind, findings);
            findings.ErrorIf(!ports.Add(port.Number("number")), "sidecar: ports on IP bound listeners must be unique");
            return;
        }

        SidecarRules.CheckName(port, findings);
        findings.Error(Values.Protocol(port.Text("protocol")));
        findings.Error(Hosts.IsUnix(bind) ? Hosts.UnixPath(bind) : "sidecar: ports with 0 value must have a unix domain socket bind address");
        findings.ErrorIf(listener.Text("captureMode") == "IPTABLES", "sidecar: captureMode must be DEFAULT/NONE for unix domain socket listeners");
        findings.ErrorIf(!sockets.Add(bind), "sidecar: unix domain socket values for listeners must be unique");
    }

    private static void CheckHosts(IReadOnlyList<string> hosts, string @namespace, Findings findings)
    {
        findings.ErrorIf(hosts.Count == 0, "sidecar: egress listener must contain at least one host");
        var seen = new Dictionary<string, HashSet<string>>();
        foreach (var host in hosts)
        {
            if (host.Split('/', 2) is [var part, var name])
            {
                WarnOfDuplicate(host, part == "." ? @namespace : part, name, seen, findings);
            }

            findings.Add(Hosts.WithNamespace(host, atGateway: false));
        }

        if (seen.Count > 1 && seen.TryGetValue("*", out var everywhere) && everywhere.Contains("*"))
        {
            findings.Warning("`*/*` host select all resources, no other hosts can be added");
        }
    }

    private static void WarnOfDuplicate(string host, string @namespace, string name, Dictionary<string, HashSet<string>> seen, Findings findings)
    {
        if (!seen.TryGetValue(@namespace, out var names))
        {
            names = [];
            seen.Add(@namespace, names);
        }

        if (name == "*" ? names.Count > 0 : names.Contains(name) || names.Contains("*"))
        {
            findings.Warning($"duplicated egress host: {host}");
        }

        names.Add(name);
    }
}
