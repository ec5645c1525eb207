using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Runtime.Controllers.EndpointSlices;

/// <summary>What turns a Service's present slices into the wanted ones.</summary>
internal sealed record SliceReconciliation(ImmutableArray<EndpointSlice> Create, ImmutableArray<EndpointSlice> Replace, ImmutableArray<EndpointSlice> Delete)
{
    /// <summary>Present slices take over wanted contents, those with the same ports first, so that names stay and little is written.</summary>
    public static SliceReconciliation Between(ImmutableArray<EndpointSlice> present, ImmutableArray<EndpointSlice> wanted)
    {
        var free = present.OrderBy(slice => slice.Metadata.Name, StringComparer.Ordinal).ToList();
        var create = ImmutableArray.CreateBuilder<EndpointSlice>();
        var replace = ImmutableArray.CreateBuilder<EndpointSlice>();
        foreach (var slice in wanted)
        {
            var reused = free.Find(candidate => PortResolution.Key(candidate.Ports) == PortResolution.Key(slice.Ports)) ?? free.FirstOrDefault();
            if (reused is null)
            {
                create.Add(slice);
                continue;
            }

            free.Remove(reused);
            if (!HasContent(reused, slice))
                replace.Add(WithContent(reused, slice));
        }

        return new SliceReconciliation(create.DrainToImmutable(), replace.DrainToImmutable(), [.. free]);
    }

    private static EndpointSlice WithContent(EndpointSlice present, EndpointSlice wanted) => present with
    {
        Metadata = present.Metadata with { Labels = wanted.Metadata.Labels, Annotations = present.Metadata.Annotations.SetItems(wanted.Metadata.Annotations), OwnerReferences = wanted.Metadata.OwnerReferences },
        Endpoints = wanted.Endpoints,
        Ports = wanted.Ports,
    };

    private static bool HasContent(EndpointSlice present, EndpointSlice wanted) => JsonNode.DeepEquals(Content(present), Content(wanted));

    private static JsonNode? Content(EndpointSlice slice)
    {
        var content = slice with { Metadata = new ObjectMeta { Labels = slice.Metadata.Labels } };
        return JsonSerializer.SerializeToNode(content, KubernetesJson.TypeInfo<EndpointSlice>());
    }
}
