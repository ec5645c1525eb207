namespace Weft.Runtime.Images;

/// <summary>Finds a program as a shell would.</summary>
internal static class ProgramPath
{
    /// <summary>The full path, or null when there is no such file.</summary>
    public static string? Find(string program, string searchPath, string folder)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return Path.GetFullPath(program, folder) is var path && File.Exists(path) ? path : null;
        return searchPath.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
    }
}
