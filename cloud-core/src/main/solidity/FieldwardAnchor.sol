// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice Remembers the newest checkpoint of one Fieldward log: the root of its hash tree and how many leaves it has.
/// Only the submitter may move it, and only forward, so that sending the same checkpoint twice changes nothing.
contract FieldwardAnchor {
    /// @notice The one account that may anchor.
    address public immutable submitter;

    /// @notice The root of the newest anchored checkpoint; zero before the first.
    bytes32 public root;

    /// @notice The number of leaves under that root.
    uint64 public size;

    /// @param timestamp the time of the block, in seconds since 1970
    event Anchored(bytes32 indexed root, uint64 indexed size, address indexed submitter, uint256 timestamp);

    error NotSubmitter(address caller);
    error NotGrowing(uint64 anchored, uint64 offered);

    constructor(address submitter_) {
        submitter = submitter_;
    }

    /// @notice Anchors a checkpoint that has more leaves than the one before.
    function anchor(bytes32 root_, uint64 size_) external {
        if (msg.sender != submitter) {
            revert NotSubmitter(msg.sender);
        }
        if (size_ <= size) {
            revert NotGrowing(size, size_);
        }
        root = root_;
        size = size_;
        emit Anchored(root_, size_, msg.sender, block.timestamp);
    }

    /// @notice The newest anchored checkpoint in one call, so that both values are of the same block.
    function head() external view returns (bytes32, uint64) {
        return (root, size);
    }
}
