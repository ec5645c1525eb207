namespace Weft.Kubernetes.Objects;

/// <summary>An API group (empty: core) and one of its versions.</summary>
public readonly record struct GroupVersion(string Group, string Version)
{
    /// <summary>Reads an <c>apiVersion</c>: <c>v1</c> or <c>apps/v1</c>.</summary>
    public static GroupVersion Parse(string apiVersion)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new("", apiVersion) : new(apiVersion[..slash], apiVersion[(slash + 1)..]);
    }

    /// <summary>The <c>apiVersion</c>.</summary>
    public override string ToString() => string.IsNullOrEmpty(Group) ? Version : $"{Group}/{Version}";
}

/// <summary>A kind, as objects name it.</summary>
public readonly record struct GroupVersionKind(string Group, string Version, string Kind)
{
    public string ApiVersion => new GroupVersion(Group, Version).ToString();

    public static GroupVersionKind Parse(string apiVersion, string kind)
    {
        var (group, version) = GroupVersion.Parse(apiVersion);
        return new(group, version, kind);
    }

    public static GroupVersionKind Of(IKubeObject resource) => Parse(resource.ApiVersion, resource.Kind);

    public override string ToString() => $"{ApiVersion}, Kind={Kind}";
}

/// <summary>A collection, as paths name it (plural, lower case).</summary>
public readonly record struct GroupVersionResource(string Group, string Version, string Resource)
{
    public string ApiVersion => new GroupVersion(Group, Version).ToString();

    public override string ToString() => $"{ApiVersion}, Resource={Resource}";
}
