namespace Weft.Console.Settings;

/// <summary>A configuration that cannot be followed; names the field.</summary>
public sealed class SettingsException(string path, string message, Exception? cause = null) : Exception(path.Length == 0 ? message : $"{path}: {message}", cause);
