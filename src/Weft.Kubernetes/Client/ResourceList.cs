using System.Collections.Immutable;
using System.Text.Json;
using Weft.Kubernetes.Json;
using Weft.Kubernetes.Objects;

namespace Weft.Kubernetes.Client;

/// <summary>One page of a collection. Objects that do not have their kind's shape are named apart, so that one of them does not hide the others.</summary>
public sealed record ResourceList<T>(ListMeta Metadata, ImmutableArray<T> Items, ImmutableArray<MalformedObject> Malformed)
    where T : class, IKubeObject
{
    internal static ResourceList<T> Read(JsonElement list, KubeResource<T> resource)
    {
        var items = ImmutableArray.CreateBuilder<T>();
        var malformed = ImmutableArray.CreateBuilder<MalformedObject>();
        foreach (var item in ItemsOf(list))
        {
            var (read, problem) = ObjectReader.Read(item, resource);
            if (read is not null)
            {
                items.Add(read);
            }
            else
            {
                malformed.Add(problem!);
            }
        }

        var metadata = list.TryGetProperty("metadata", out var meta) ? meta.Deserialize(KubernetesJson.TypeInfo<ListMeta>()) : null;
        return new(metadata ?? ListMeta.None, items.DrainToImmutable(), malformed.DrainToImmutable());
    }

    private static JsonElement.ArrayEnumerator ItemsOf(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException("a list is expected");
        }

        // Go writes an empty list as null.
        return list.TryGetProperty("items", out var items) && items.ValueKind != JsonValueKind.Null ? items.EnumerateArray() : default;
    }
}

/// <summary>An object that does not have the shape of its kind.</summary>
public sealed record MalformedObject(NamespacedName Name, string? ResourceVersion, string Problem);
