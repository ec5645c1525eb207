namespace Weft.Host.Composition.Launchers;

/// <summary>The parts of an image reference such as <c>docker.io/istio/proxyv2:1.30.1@sha256:...</c>.</summary>
internal static class ImageName
{
    /// <summary>Registry and repository, without tag and digest.</summary>
    public static string Repository(string image)
    {
        var name = WithoutDigest(image);
        return TagStart(name) is { } tag ? name[..tag] : name;
    }

    /// <summary>The tag; null when the reference has none.</summary>
    public static string? Tag(string image)
    {
        var name = WithoutDigest(image);
        return TagStart(name) is { } tag ? name[(tag + 1)..] : null;
    }

    private static string WithoutDigest(string image) => image.Split('@')[0];

    private static int? TagStart(string name)
    {
        var colon = name.LastIndexOf(':');
        return colon > name.LastIndexOf('/') ? colon : null;
    }
}
