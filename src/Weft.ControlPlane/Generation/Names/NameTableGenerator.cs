using Istio.Networking.Nds.V1;
using Weft.Istio.Snapshot;

namespace Weft.ControlPlane.Generation.Names;

/// <summary>Names and addresses of the services a proxy may call, for its DNS.</summary>
public static class NameTableGenerator
{
    public static NameTable Of(ProxyView view)
    {
        var table = new NameTable();
        if (view.Node.Type == ProxyType.Router)
        {
            // A gateway resolves no names for applications.
            return table;
        }

        foreach (var service in view.Services)
        {
            var addresses = AddressesOf(service);
            if (addresses.Count == 0 || table.Table.ContainsKey(service.Host))
            {
                continue;
            }

            var entry = new NameTable.Types.NameInfo { Registry = service.Registry.ToString(), Ips = { addresses } };
            if (service.Registry == ServiceRegistry.Kubernetes)
            {
                entry.Shortname = service.Name;
                entry.Namespace = service.Namespace;
            }

            table.Table.Add(service.Host, entry);
        }

        return table;
    }

    private static List<string> AddressesOf(MeshService service) => service.IsHeadless
        ? [.. service.Endpoints.Where(endpoint => endpoint.Ready != false).Select(endpoint => endpoint.Address).Distinct()]
        : [.. service.Addresses.Where(address => !address.Contains('/'))];
}
