using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Nodes;
using Weft.ApiServer.Schemas;
using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Admission;

/// <summary>Gives Services their ClusterIP and node ports. What is taken is read from the stored Services; a short reservation bridges the time until a write is visible.</summary>
internal sealed class ServiceAddresses(IPNetwork network, ObjectStore store)
{
    private const int FirstNodePort = 30000;
    private const int LastNodePort = 32767;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _reserved = new(StringComparer.Ordinal);

    /// <summary>The address of the `kubernetes` Service.</summary>
    public string First => Address(1);

    public void Assign(string name, JsonObject item, JsonObject? before, bool dryRun)
    {
        var spec = item.Ensure("spec");
        if (before?.Object("spec") is { } old) Carry(old, spec);
        if (spec.Text("type") == "ExternalName")
        {
            // An address that was not given up is refused by the rules of the kind.
            var kept = before?.Object("spec")?.Text("clusterIP") ?? "";
            if ((spec.Text("clusterIP") ?? "") == kept)
                foreach (var field in new[] { "clusterIP", "clusterIPs" }) spec.Remove(field);
            foreach (var field in new[] { "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy" }) spec.Remove(field);
            return;
        }

        AssignAddress(name, spec, before, dryRun);
        spec.Default("ipFamilies", new JsonArray("IPv4"));
        spec.Default("ipFamilyPolicy", "SingleStack");
        NodePorts(item.TextAt("metadata", "namespace"), name, spec);
    }

    public void Release(JsonObject item)
    {
        if (item.Object("spec")?.Text("clusterIP") is not { } address) return;
        lock (_gate) _reserved.Remove(address);
    }

    /// <summary>A replacement that does not mention the address keeps it.</summary>
    private static void Carry(JsonObject old, JsonObject spec)
    {
        if (spec.Text("type") == "ExternalName" || old.Text("clusterIP") is null) return;
        if (string.IsNullOrEmpty(spec.Text("clusterIP")))
        {
            spec["clusterIP"] = old.Text("clusterIP");
            spec["clusterIPs"] = old["clusterIPs"]?.DeepClone();
        }

        foreach (var field in new[] { "ipFamilies", "ipFamilyPolicy" })
            if (spec[field] is null && old[field] is { } value) spec[field] = value.DeepClone();
        if (spec.Text("type") is not ("NodePort" or "LoadBalancer"))
        {
            DropUnchanged(old, spec);
            return;
        }

        foreach (var port in JsonAccess.Objects(spec.Array("ports")))
        {
            var same = JsonAccess.Objects(old.Array("ports")).FirstOrDefault(p => p.Number("port") == port.Number("port") && p.Text("protocol") == port.Text("protocol"));
            if (port.Number("nodePort") is null or 0 && same?["nodePort"] is { } kept) port["nodePort"] = kept.DeepClone();
        }
    }

    /// <summary>What belonged to the type that the Service had goes with it, unless the client asks for something new.</summary>
    private static void DropUnchanged(JsonObject old, JsonObject spec)
    {
        var had = JsonAccess.Objects(old.Array("ports")).Select(p => p.Number("nodePort") ?? 0).ToHashSet();
        foreach (var port in JsonAccess.Objects(spec.Array("ports")).Where(p => had.Contains(p.Number("nodePort") ?? 0))) port.Remove("nodePort");
        foreach (var field in new[] { "externalTrafficPolicy", "allocateLoadBalancerNodePorts" })
            if (JsonNode.DeepEquals(old[field], spec[field])) spec.Remove(field);
    }

    private void AssignAddress(string name, JsonObject spec, JsonObject? before, bool dryRun)
    {
        var asked = spec.Text("clusterIP") ?? "";
        var had = before?.Object("spec")?.Text("clusterIP") ?? "";
        if (had.Length > 0 && asked != had && had != "None" && before!.Object("spec")!.Text("type") != "ExternalName")
            throw Invalid(name, "spec.clusterIPs[0]", asked, "may not change once set");
        if (asked.Length > 0 && asked != "None" && asked != had) Check(name, asked);
        var address = asked.Length > 0 ? asked : Free(dryRun);
        spec["clusterIP"] = address;
        spec["clusterIPs"] = new JsonArray(address);
    }

    private void Check(string name, string address)
    {
        foreach (var message in AddressRules.Address(address)) throw StatusErrors.Invalid("", "Service", name, [FieldError.Invalid("spec.clusterIPs[0]", ObjectValidation.Quote(address), message)]);
        if (!network.Contains(IPAddress.Parse(address)))
            throw Invalid(name, "spec.clusterIPs", address, $"failed to allocate IP {address}: the provided network does not match the current range");
        if (address != First && Taken().Contains(address) || address == First && name != "kubernetes")
            throw Invalid(name, "spec.clusterIPs", address, $"failed to allocate IP {address}: provided IP is already allocated");
    }

    private static StatusException Invalid(string name, string field, string address, string message) =>
        StatusErrors.Invalid("", "Service", name, [FieldError.Invalid(field, $"[\"{address}\"]", message)]);

    private string Free(bool dryRun)
    {
        lock (_gate)
        {
            var taken = Taken();
            var size = 1u << (32 - network.PrefixLength);
            for (var i = 10u; i < size - 1; i++)
            {
                var address = Address(i);
                if (taken.Contains(address) || _reserved.Contains(address)) continue;
                if (!dryRun) _reserved.Add(address);
                return address;
            }
        }

        throw StatusErrors.Internal("failed to allocate a serviceIP: range is full");
    }

    private HashSet<string> Taken()
    {
        var taken = new HashSet<string>(StringComparer.Ordinal) { First };
        foreach (var service in store.Current.Of("services"))
        {
            var address = JsonText.ParseObject(service.Json.Span).Object("spec")?.Text("clusterIP");
            if (address is not null) taken.Add(address);
        }

        return taken;
    }

    private string Address(uint offset)
    {
        Span<byte> bytes = stackalloc byte[4];
        network.BaseAddress.TryWriteBytes(bytes, out _);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + offset);
        return new IPAddress(bytes).ToString();
    }

    private void NodePorts(string ns, string name, JsonObject spec)
    {
        if (spec.Text("type") is not ("NodePort" or "LoadBalancer")) return;
        if (spec.Text("type") == "LoadBalancer" && spec.Flag("allocateLoadBalancerNodePorts") == false) return;
        var taken = store.Current.Of("services")
            .Where(s => s.Key.Namespace != ns || s.Key.Name != name)
            .SelectMany(s => JsonAccess.Objects(JsonText.ParseObject(s.Json.Span).Object("spec")?.Array("ports")))
            .Select(p => p.Number("nodePort") ?? 0)
            .ToHashSet();
        var own = JsonAccess.Objects(spec.Array("ports")).Select(p => p.Number("nodePort") ?? 0).ToHashSet();
        var index = 0;
        foreach (var port in JsonAccess.Objects(spec.Array("ports")))
        {
            var field = $"spec.ports[{index++}].nodePort";
            if (port.Number("nodePort") is { } asked and not 0)
            {
                if (asked is < FirstNodePort or > LastNodePort)
                {
                    throw StatusErrors.Invalid("", "Service", name, [FieldError.Invalid(
                        field,
                        $"{asked}",
                        $"provided port is not in the valid range. The range of valid ports is {FirstNodePort}-{LastNodePort}")]);
                }

                if (taken.Contains(asked)) throw StatusErrors.Invalid("", "Service", name, [FieldError.Invalid(field, $"{asked}", "provided port is already allocated")]);
                continue;
            }

            var free = Enumerable.Range(FirstNodePort, LastNodePort - FirstNodePort + 1).First(p => !own.Contains(p) && taken.Add(p));
            port["nodePort"] = free;
        }
    }
}
