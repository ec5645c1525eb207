namespace Weft.Kubernetes.Client;

/// <summary>A token that others renew in a file.</summary>
internal static class TokenFile
{
    public static Func<CancellationToken, ValueTask<string?>> Reader(string path) => async cancellationToken =>
    {
        try
        {
            return (await File.ReadAllTextAsync(path, cancellationToken)).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubeconfigException($"the token file {path} cannot be read: {e.Message}", e);
        }
    };
}
