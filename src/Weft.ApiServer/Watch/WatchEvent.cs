using Weft.ApiServer.Storage;

namespace Weft.ApiServer.Watch;

internal enum WatchEventType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One committed change. Previous is null for an added object.</summary>
internal sealed record WatchEvent(WatchEventType Type, long Revision, StoredObject Object, StoredObject? Previous);
