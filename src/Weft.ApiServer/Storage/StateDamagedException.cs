namespace Weft.ApiServer.Storage;

/// <summary>A file of the state folder cannot be read. Nothing was changed; the message names the file.</summary>
public sealed class StateDamagedException(string file, string why, Exception? inner = null)
    : Exception($"The state file {file} is damaged ({why}). Nothing was overwritten: restore it from a copy, or move it away to start empty.", inner)
{
    public string File { get; } = file;
}
