using Microsoft.AspNetCore.Http;
using Weft.Api.Errors;
using Weft.Console.Inventory;

namespace Weft.Api.Requests;

/// <summary>Which namespaces a request is about.</summary>
internal static class NamespaceQuery
{
    /// <summary><c>namespaces</c>, comma-separated; all when absent. Unknown ones are left out, as Kiali does; so is every one of another cluster.</summary>
    public static IEnumerable<NamespaceInventory> Wanted(IQueryCollection query, MeshInventory mesh)
    {
        if (!IsOfHomeCluster(query, mesh))
        {
            return [];
        }

        var names = query.First("namespaces").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return names.Length == 0
            ? mesh.Namespaces.Values.OrderBy(ns => ns.Name, StringComparer.Ordinal)
            : names.Distinct(StringComparer.Ordinal).Select(mesh.FindNamespace).OfType<NamespaceInventory>();
    }

    /// <summary>Throws 404 in Kubernetes' words.</summary>
    public static NamespaceInventory Find(HttpRequest request, MeshInventory mesh, string name)
    {
        RequireHomeCluster(request, mesh);
        return mesh.FindNamespace(name) ?? throw ApiException.NotFound($"namespaces \"{name}\" not found");
    }

    /// <summary>The cluster that is asked for; the home cluster when none is.</summary>
    public static string ClusterOf(IQueryCollection query, MeshInventory mesh) => query.First("clusterName") is { Length: > 0 } cluster ? cluster : mesh.Cluster;

    public static bool IsOfHomeCluster(IQueryCollection query, MeshInventory mesh) => query.First("clusterName") is var cluster && (cluster.Length == 0 || cluster == mesh.Cluster);

    public static void RequireHomeCluster(HttpRequest request, MeshInventory mesh)
    {
        if (!IsOfHomeCluster(request.Query, mesh))
        {
            throw ApiException.NotFound($"kiali ServiceAccount Client for cluster [{request.Query.First("clusterName")}] is not found or is not accessible for Kiali");
        }
    }

    /// <summary>A flag of a list; what is no boolean is the default, as in Kiali.</summary>
    public static bool Flag(IQueryCollection query, string name, bool otherwise) => query.First(name) switch
    {
        "true" or "1" or "t" or "T" or "TRUE" or "True" => true,
        "false" or "0" or "f" or "F" or "FALSE" or "False" => false,
        _ => otherwise,
    };
}
