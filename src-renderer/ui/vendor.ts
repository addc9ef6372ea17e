import type { Component } from 'vue';
import { ElButton, ElDialog, ElInput, ElOption, ElPopover, ElSelect, ElSwitch } from 'element-plus';

/**
 * The vendor's components behind our wrappers. Their prop types do not stand under `exactOptionalPropertyTypes`; the
 * wrappers declare their own props, so nothing is lost by taking them as plain components here.
 */
export const VendorButton: Component = ElButton;
export const VendorDialog: Component = ElDialog;
export const VendorInput: Component = ElInput;
export const VendorOption: Component = ElOption;
export const VendorPopover: Component = ElPopover;
export const VendorSelect: Component = ElSelect;
export const VendorSwitch: Component = ElSwitch;
