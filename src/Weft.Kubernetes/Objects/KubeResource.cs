using System.Text.Json.Serialization.Metadata;

namespace Weft.Kubernetes.Objects;

/// <summary>A collection of the Kubernetes API and how its objects are read and written.</summary>
/// <param name="Group">Empty for the core group.</param>
/// <param name="Plural">The name in paths.</param>
public sealed record KubeResource<T>(string Group, string Version, string Plural, string Kind, bool Namespaced, JsonTypeInfo<T> TypeInfo)
    where T : class, IKubeObject
{
    public string ApiVersion => new GroupVersion(Group, Version).ToString();

    public GroupVersionKind GroupVersionKind => new(Group, Version, Kind);

    public GroupVersionResource GroupVersionResource => new(Group, Version, Plural);

    /// <summary>The path of the collection, of one object or of a part of it, without a leading slash.</summary>
    public string Path(string? @namespace, string? name = null, string? subresource = null)
    {
        var path = Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";
        if (Namespaced && !string.IsNullOrEmpty(@namespace))
        {
            path += $"/namespaces/{Uri.EscapeDataString(@namespace)}";
        }

        path += $"/{Plural}";
        if (name is not null)
        {
            path += $"/{Uri.EscapeDataString(name)}";
        }

        return subresource is null ? path : $"{path}/{subresource}";
    }

    /// <summary>The same collection with its objects as JSON.</summary>
    public KubeResource<UntypedObject> AsUntyped() => KubeResources.Untyped(Group, Version, Plural, Kind, Namespaced);

    public override string ToString() => GroupVersionResource.ToString();
}
