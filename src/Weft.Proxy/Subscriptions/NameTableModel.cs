using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;
using Istio.Networking.Nds.V1;

namespace Weft.Proxy.Subscriptions;

/// <summary>The names of the mesh and their addresses (Istio's NDS). Names are full and lower-case.</summary>
internal sealed class NameTableModel(FrozenDictionary<string, ImmutableArray<IPAddress>> names, FrozenSet<string> services)
{
    private const string Kubernetes = "Kubernetes";

    public static NameTableModel Empty { get; } = new(FrozenDictionary<string, ImmutableArray<IPAddress>>.Empty, FrozenSet<string>.Empty);

    public int Count => names.Count;

    public static NameTableModel Compile(NameTable table)
    {
        var names = new Dictionary<string, ImmutableArray<IPAddress>>(StringComparer.OrdinalIgnoreCase);
        var services = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, entry) in table.Table)
        {
            var addresses = entry.Ips.Select(text => IPAddress.TryParse(text, out var ip) ? ip : null).OfType<IPAddress>().ToImmutableArray();
            if (!addresses.IsEmpty)
            {
                names[name.TrimEnd('.')] = addresses;
                if (entry.Registry == Kubernetes)
                {
                    services.Add(name.TrimEnd('.'));
                }
            }
        }

        return new NameTableModel(names.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase), services.ToFrozenSet(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The addresses of a Kubernetes service by its full name; empty for other names.</summary>
    public ImmutableArray<IPAddress> ServiceAddresses(string name) =>
        services.Contains(name.TrimEnd('.')) && names.TryGetValue(name.TrimEnd('.'), out var addresses) ? addresses : [];

    /// <summary>
    /// Finds a name as a pod of that namespace would: as it stands, then under the search path
    /// <c>namespace.svc.domain</c>, <c>svc.domain</c>, <c>domain</c> of a pod's resolv.conf.
    /// </summary>
    public IPAddress? Resolve(string name, string workloadNamespace, string domain)
    {
        var asked = name.TrimEnd('.');
        foreach (var candidate in (string[])[asked, $"{asked}.{workloadNamespace}.svc.{domain}", $"{asked}.svc.{domain}", $"{asked}.{domain}"])
        {
            if (names.TryGetValue(candidate, out var addresses))
            {
                return addresses.Length == 1 ? addresses[0] : addresses[Random.Shared.Next(addresses.Length)];
            }
        }

        return null;
    }
}
