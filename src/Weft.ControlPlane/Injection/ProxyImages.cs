namespace Weft.ControlPlane.Injection;

/// <summary>The kinds in which Istio publishes its proxy's image: the tag's suffix tells them apart.</summary>
internal static class ProxyImages
{
    private const string Default = "default";

    /// <summary>The image in the given kind (default, debug, distroless); as it is without one, or when it is named by a digest.</summary>
    public static string OfType(string image, string? type)
    {
        var tag = image.LastIndexOf(':');
        if (string.IsNullOrEmpty(type) || image.Contains('@', StringComparison.Ordinal) || tag < image.LastIndexOf('/'))
        {
            return image;
        }

        var bare = s_suffixes.FirstOrDefault(suffix => image.EndsWith(suffix, StringComparison.Ordinal)) is { } known ? image[..^known.Length] : image;
        return type == Default ? bare : $"{bare}-{type}";
    }

    private static readonly string[] s_suffixes = ["-debug", "-distroless"];
}
